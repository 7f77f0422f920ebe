import { describe, expect, it } from '@jest/globals';
import { messageIdOf, readOwnMessageId } from './message-ids.js';

const deliveryId = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
const ticketId = '01a1fac5-30c5-7dac-8c30-a758dbba0001';

describe('a Message-ID of ours', () => {
  it.each([ticketId, undefined])('names its mail and ticket (%s)', (about) => {
    const id = messageIdOf({ ticketId: about, deliveryId }, 'acme.desk.example');
    expect(id.length).toBeLessThan(120);
    expect(readOwnMessageId(id)).toEqual({ deliveryId, ticketId: about });
    expect(readOwnMessageId(`<${id.toUpperCase()}>`)).toEqual({ deliveryId, ticketId: about });
  });

  it.each(['', '<CAF=abc@mail.gmail.com>', '<a.b@acme.desk.example>', `<${'7'.repeat(26)}@x.example>`])(
    'is not %s',
    (text) => {
      expect(readOwnMessageId(text)).toBeUndefined();
    },
  );
});
