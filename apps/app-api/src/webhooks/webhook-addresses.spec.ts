import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isPublic, WebhookAddresses } from './webhook-addresses.js';
import { attempt } from './webhook-request.js';

it.each([
  ['93.184.215.14', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['224.0.0.1', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['::1', false],
  ['::', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:93.184.215.14', true],
  ['fe80::1%eth0', false],
  ['fd00:ec2::254', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:db8::1', false],
  ['ff02::1', false],
  ['no address', false],
])('%s is public: %p', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

/** Answers queries of any name, each with the next of `answers`; AAAA with nothing. */
function nameServer(answers: readonly string[][]): Socket {
  const socket = createSocket('udp4');
  const left = [...answers];
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const isA = query.readUInt16BE(end - 4) === 1;
    const addresses = isA ? ((left.length > 1 ? left.shift() : left[0]) ?? []) : [];
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt16BE(0, 8);
    header.writeUInt16BE(0, 10);
    const records = addresses.map((each) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...each.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), port, address);
  });
  return socket;
}

async function asking(answers: readonly string[][]): Promise<WebhookAddresses> {
  const socket = nameServer(answers);
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return new WebhookAddresses(false, [`127.0.0.1:${socket.address().port}`]);
}

const sockets: Socket[] = [];
let inside: Server;
let asked = 0;
beforeAll(async () => {
  inside = createServer((_request, response) => {
    asked++;
    response.end('secret');
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await new Promise((resolve) => inside.close(resolve));
});

describe('a name', () => {
  const post = () => ({
    url: `http://rebound.test:${(inside.address() as AddressInfo).port}/`,
    headers: {},
    body: '{}',
  });

  it('that leads inside once it is connected to is not connected to, though it led outside when it was stored', async () => {
    const addresses = await asking([['93.184.215.14'], ['127.0.0.1']]);
    expect(await addresses.find('rebound.test')).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(await attempt(post(), addresses)).toMatchObject({ failure: 'ADDRESS_REFUSED', status: null });
    expect(asked).toBe(0);
  });

  it('is refused when one of its addresses is inside', async () => {
    const addresses = await asking([['93.184.215.14', '10.0.0.1']]);
    expect(await attempt(post(), addresses)).toMatchObject({ failure: 'ADDRESS_REFUSED' });
  });

  it('that leads nowhere is unknown', async () => {
    const addresses = await asking([[]]);
    expect(await attempt(post(), addresses)).toMatchObject({ failure: 'NAME_UNKNOWN' });
  });
});
