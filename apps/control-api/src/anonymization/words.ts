/** What pseudonyms are made of: plain words that are nobody's. */
export const givenNames = list(`
  Alba Amir Anouk Arif Aurel Birte Bruno Carla Cedric Chiara Dalia Damir Dilan Edda Elif Emre Enzo Fadi Farah Fiona Florin Gesa Gustav
  Hakon Hana Helmi Idris Ilka Imani Ines Ivo Jamal Janek Jette Jonas Juno Kaja Kalle Karim Keiko Lale Lasse Leila Linus Ludo Maelis Malik
  Mara Mika Milo Mirja Nadim Nala Nele Nilo Noor Odin Olga Oskar Pavel Petra Quim Rabia Rafael Remi Rosa Runa Samir Selma Silas Sina Stella
  Sven Taro Thea Tilda Timo Ulla Umar Vera Viggo Wanda Willem Xenia Yara Yusuf Zelda Zoran`);

export const familyNames = list(`
  Abendroth Achterberg Alder Amsel Bachmeier Barros Bellweg Birkholz Borg Brandal Castell Corvin Dahlmann Deluca Dorn Drexel Ebner Eklund
  Elster Falk Fendrich Ferrand Forsberg Gall Garrel Gruber Haldane Hartwell Hellberg Holm Iversen Jansson Joss Kestrel Kirchner Klee Kolar
  Kranz Lambrecht Larue Lindqvist Lorenz Maar Marchetti Mendel Moreau Nachtigall Norden Novak Oakley Ostrander Pahl Perlman Petrov Quist
  Rabe Raske Reuter Rossi Sandoval Schilling Seidel Solberg Stark Sundin Tamm Thalberg Thorne Ullmann Valdez Vogt Wallin Weidner Wexler
  Winter Yilmaz Zander Zimmer`);

export const labelWords = list(`
  Aspen Beacon Birch Canyon Cedar Cobalt Copper Delta Ember Fern Fjord Garnet Granite Harbor Hazel Heron Indigo Juniper Lagoon Lantern
  Larch Linden Maple Meadow Mesa Mistral Onyx Orchard Osprey Pebble Pine Prairie Quartz Raven Ridge River Rowan Saffron Sierra Slate
  Spruce Summit Tundra Valley Willow`);

export const labelKinds = list(`
  Bakery Books Cycles Dental Design Farms Foods Freight Gardens Glass Labs Lighting Logistics Metals Optics Outfitters Paper Partners
  Pottery Press Rentals Robotics Sailing Studio Supply Systems Textiles Tools Travel Works`);

export const tagWords = list(`
  access account backup billing browser calendar contract delivery device export feature holiday import invoice keyboard language license
  login mobile network order package payment portal question refund renewal report screen service shipping storage update warranty`);

/** What people write to a helpdesk. */
export const sentences: readonly string[] = `
  The second page of the form does not save.
  Since this morning the list loads very slowly.
  Could you tell us when the delivery is due?
  The invoice of last month shows the wrong total.
  We need three more seats from the first of next month.
  After the update the button at the bottom is grey.
  The confirmation never arrived in our inbox.
  How can we change the address on the contract?
  The report opens, but the chart stays empty.
  One of our colleagues cannot sign in any more.
  The export stops after about a hundred rows.
  Thank you, that solved it for us.
  The old link leads to an empty page.
  Please cancel the order that we placed yesterday.
  The device restarts by itself every few hours.
  We tried another browser, with the same result.
  The calendar shows meetings one hour too early.
  Is there a way to print all labels at once?
  The password rules are not explained anywhere.
  It worked well until the end of last week.
  We have attached what the screen looks like.
  The discount was not applied to the renewal.
  Could somebody call us back this afternoon?
  The search finds nothing with a hyphen in it.
  Our network team says that nothing has changed.
  The parcel arrived, but one item was missing.
  Which plan includes the weekly summary?
  The upload ends with an unknown error.
  We would like to move the appointment by a day.
  The numbers in both tables do not agree.
  Everything looks fine from our side now.
  The page jumps back to the top while typing.
  We will look into it and let you know.
  Please try it once more and tell us what happens.
  The part has been ordered and should come soon.
  The setting is under the third tab on the left.`
  .trim()
  .split('\n')
  .map((line) => line.trim());

function list(words: string): readonly string[] {
  return words.trim().split(/\s+/);
}
