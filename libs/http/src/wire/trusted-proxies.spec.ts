import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { TrustedProxies } from './trusted-proxies.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as FastifyRequest;

describe('TrustedProxies', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.168.1.1', 'fd00::/8']);

  it('knows addresses and ranges of both families, and IPv4 within IPv6', () => {
    const trusted = ['10.1.2.3', '192.168.1.1', 'fd00::1', '::ffff:10.0.0.1'];
    const others = ['11.0.0.1', '192.168.1.2', 'fe80::1', '::1', '', 'localhost', '10.0.0'];
    expect(trusted.map((address) => proxies.isTrusted(address))).toEqual(trusted.map(() => true));
    expect(others.map((address) => proxies.isTrusted(address))).toEqual(others.map(() => false));
  });

  it('believes no peer that it does not trust', () => {
    expect(proxies.clientAddress(request('203.0.113.9', '1.1.1.1'))).toBe('203.0.113.9');
    expect(new TrustedProxies([]).clientAddress(request('127.0.0.1', '1.1.1.1'))).toBe('127.0.0.1');
  });

  it('takes the last address that is not a proxy of ours', () => {
    expect(proxies.clientAddress(request('10.0.0.1', '1.1.1.1'))).toBe('1.1.1.1');
    expect(proxies.clientAddress(request('10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2'))).toBe('1.1.1.1');
    expect(proxies.clientAddress(request('::ffff:10.0.0.1', '::ffff:1.1.1.1'))).toBe('1.1.1.1');
    expect(proxies.clientAddress(request('10.0.0.1', '2001:db8::1'))).toBe('2001:db8::1');
  });

  it('stops at what is no address', () => {
    expect(proxies.clientAddress(request('10.0.0.1', '1.1.1.1, nonsense'))).toBe('10.0.0.1');
    expect(proxies.clientAddress(request('10.0.0.1', ''))).toBe('10.0.0.1');
    expect(proxies.clientAddress(request('10.0.0.1'))).toBe('10.0.0.1');
  });
});
