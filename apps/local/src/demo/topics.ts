/** A matter that customers of an outdoor shop write about; `{…}` are filled in for each ticket. */
export interface Topic {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT';
  readonly question: string;
  readonly answer: string;
  readonly reply: string;
  readonly note: string;
  readonly solution: string;
  readonly thanks: string;
}

export const products = [
  'Ridgeline 2 tent',
  'Cirrus down jacket',
  'Trailhead 45 backpack',
  'Ember camping stove',
  'Lumen headlamp',
  'Basecamp sleeping mat',
  'Summit trekking poles',
  'Drift rain shell',
  'Harbor dry bag',
  'Kestrel hiking boots',
];

export const topics: readonly Topic[] = [
  {
    title: 'Order {order} has not arrived',
    description:
      'Hello,\n\nI ordered the {product} on the {day} and the tracking page has said "in transit" for more than a week. Could you find out where my parcel is? The order number is {order}.\n\nThank you!',
    tags: ['shipping', 'delay'],
    priority: 'HIGH',
    question:
      'I am sorry about the wait. Could you confirm the delivery address, so that I can open an inquiry with the carrier?',
    answer:
      'Thank you for writing. I have opened an inquiry with the carrier for order {order}; they answer within two working days and I will come back to you then.',
    reply:
      'The address is the one on the order, nothing has changed. We leave for a trip on Friday, so it would be great to have it before that.',
    note: 'Carrier depot says the label was unreadable. Asked them to relabel; if not scanned by tomorrow, send a replacement.',
    solution:
      'Good news: the parcel was found and relabelled, and it is out for delivery today. I have refunded the shipping costs for the trouble.',
    thanks: 'It just arrived. Thank you for the quick help!',
  },
  {
    title: 'Zipper of my {product} is broken',
    description:
      'The main zipper of my {product} came apart after three weekends of use. I have attached nothing yet but can send photos. Is this covered by the warranty? Order {order}.',
    tags: ['warranty', 'repair'],
    priority: 'MEDIUM',
    question:
      'That should not happen. Could you tell me whether the slider or the teeth are damaged? A photo helps us to send the right part.',
    answer:
      'A broken zipper is covered by our warranty of three years. You may choose between a repair (about ten days) and a replacement.',
    reply: 'It is the slider, it has a crack. A repair is fine for me.',
    note: 'Third case with zippers from batch 24-07 of this product. Told purchasing.',
    solution:
      'Your repaired {product} left our workshop today. The new slider is of metal and should outlast the rest.',
    thanks: 'Received it, works perfectly again.',
  },
  {
    title: 'Refund for order {order} is missing',
    description:
      'I returned the {product} two weeks ago and the tracking says it reached your warehouse. I still have no refund on my card. When can I expect it?',
    tags: ['refund', 'billing'],
    priority: 'HIGH',
    question:
      'Could you send me the return number that stands on the slip in your parcel? With it I can find it in the warehouse.',
    answer:
      'I see the return in our system. It waits for inspection, which takes five working days at the moment. I have asked for it to be done first.',
    reply: 'The return number is R-{order}. Thanks for looking into it.',
    note: 'Inspection done, item as new. Accounting released the refund this morning.',
    solution: 'The refund was released today and should be on your card within three banking days.',
    thanks: 'The money is there. Case closed from my side.',
  },
  {
    title: 'Which size of the {product} fits me?',
    description:
      'Hi! I am between two sizes and cannot find measurements for the {product} on the product page. I am 181 cm tall and usually wear M. What would you recommend?',
    tags: ['presales', 'sizing'],
    priority: 'LOW',
    question: 'Do you plan to wear it over a fleece? That decides between the two sizes.',
    answer:
      'The {product} is cut a little narrow. With your height we recommend L; returns are free if it does not fit.',
    reply: 'Yes, over a fleece in autumn.',
    note: 'Product page lacks the size table. Ticket for the web team is open.',
    solution:
      'Then L is the right one. We have added the measurements to the product page as well, thank you for the hint.',
    thanks: 'Ordered in L, thanks!',
  },
  {
    title: 'Cannot sign in to my account',
    description:
      'Since this morning I get "something went wrong" when I sign in to the shop. The link to reset the password never arrives either. I would like to change the address of order {order} before it ships.',
    tags: ['account', 'login'],
    priority: 'URGENT',
    question: 'Which browser do you use, and does it happen in a private window as well?',
    answer:
      'I have looked at your account: the mail address had a typo, so the reset link went nowhere. I have corrected it; please try again.',
    reply: 'Firefox, and yes, in a private window too.',
    note: 'Mail provider rejects our reset mails for this domain since 09:40. Infra is on it.',
    solution:
      'Our mails to your provider were delayed this morning; that is mended. The address of your order is changed too.',
    thanks: 'I am in again. Thank you.',
  },
  {
    title: 'Wrong item in my parcel',
    description:
      'I ordered the {product} but found a different colour and size in the box. The slip inside says {order}, which is my order. How do we exchange it?',
    tags: ['shipping', 'exchange'],
    priority: 'MEDIUM',
    question: 'Could you read me the number on the label of the item that you received?',
    answer:
      'Please excuse the mix-up. A label for the way back is in your mailbox, and the right {product} ships today without waiting for the return.',
    reply: 'The label says 7741-L-GRN. I have dropped the parcel off just now.',
    note: 'Two orders were swapped at packing station 4. The other customer has written as well.',
    solution: 'The right one was delivered yesterday according to the carrier. I hope everything fits now.',
    thanks: 'Yes, all good now.',
  },
  {
    title: 'Invoice with our company address',
    description:
      'For our bookkeeping we need the invoice of order {order} with the company address and the VAT number. The download in the account shows my private address.',
    tags: ['billing', 'invoice'],
    priority: 'LOW',
    question: 'Gladly. Which address and which VAT number shall stand on it?',
    answer: 'I have made a corrected invoice; you find it in your account under order {order}.',
    reply: 'The details are in the profile of our account now.',
    note: 'Customer qualifies for the business programme. Sales may want to call.',
    solution: 'The corrected invoice is in your account, and new orders will carry the company address by themselves.',
    thanks: 'Perfect, thank you.',
  },
  {
    title: '{product}: a part is missing',
    description:
      'My {product} arrived today, but the small bag with the accessories was not in the box. We wanted to use it this weekend. Can you send the part separately?',
    tags: ['product', 'missing-part'],
    priority: 'HIGH',
    question: 'Let me make sure that we send the right one: is the inner cardboard sleeve there, and is it open?',
    answer: 'I am sorry! The missing part goes out by express today and arrives tomorrow before noon.',
    reply: 'The sleeve is there and was sealed, just empty.',
    note: 'Warehouse found 30 boxes without accessories. Stock blocked until checked.',
    solution: 'The part was delivered this morning. Have a good weekend out there.',
    thanks: 'It came in time, thank you!',
  },
  {
    title: 'How do I care for my {product}?',
    description:
      'The rain no longer pearls off my {product}. Can I wash it in the machine, and which detergent do you recommend? I do not want to damage the membrane.',
    tags: ['product', 'care'],
    priority: 'LOW',
    question: 'How often have you washed it so far, and with what?',
    answer:
      'You can wash it at 30 degrees with a detergent for membranes, without softener. A short time in the dryer at low heat brings the repellency back.',
    reply: 'Twice, with ordinary liquid detergent.',
    note: 'Good candidate for the help centre. Draft is with content.',
    solution: 'Then a wash with the right detergent and some heat will do. The full guide is in our help centre now.',
    thanks: 'It worked, like new.',
  },
  {
    title: 'Change of delivery date for order {order}',
    description:
      'We are away next week. Can the delivery of order {order} be held until the week after, or be sent to a pick-up point?',
    tags: ['shipping'],
    priority: 'MEDIUM',
    question: 'A pick-up point is possible. Which one suits you?',
    answer: 'The parcel has not left yet, so I have moved the delivery to the week after next.',
    reply: 'The one at the station, please.',
    note: 'Order holds two articles from different warehouses, both changed by hand.',
    solution: 'Both parcels go to the pick-up point at the station and wait there for ten days.',
    thanks: 'Great service, thank you.',
  },
];
