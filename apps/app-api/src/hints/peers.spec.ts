import { describe, expect, it } from '@jest/globals';
import { Peers } from './peers.js';

describe('peers', () => {
  it('have lost a message when a number is missing, not when they begin', () => {
    const peers = new Peers();
    expect([1, 2, 4, 5].map((number) => peers.heard('a', number, 0))).toEqual([false, false, true, false]);
    expect(peers.heard('b', 1, 0)).toBe(false);
  });

  it('have lost their first messages when a later one is heard first', () => {
    const peers = new Peers();
    expect([3, 4].map((number) => peers.heard('a', number, 0))).toEqual([true, false]);
  });

  it('have lost what they said in a silence after which they come back', () => {
    const peers = new Peers();
    peers.heard('a', 1, 0);
    expect(peers.silent(12_501)).toEqual(['a']);
    expect([4, 5].map((number) => peers.heard('a', number, 20_000))).toEqual([true, false]);
  });

  it('are silent once, when nothing is heard of them for two beats and a half', () => {
    const peers = new Peers();
    peers.heard('a', 1, 0);
    peers.heard('b', 1, 5000);
    expect(peers.silent(12_500)).toEqual([]);
    expect(peers.silent(12_501)).toEqual(['a']);
    expect(peers.silent(12_501)).toEqual([]);
  });

  it('are not missed after a farewell', () => {
    const peers = new Peers();
    peers.heard('a', 1, 0);
    peers.left('a');
    expect(peers.silent(60_000)).toEqual([]);
  });

  it('may have said anything while nobody listened', () => {
    const peers = new Peers();
    peers.heard('a', 1, 0);
    peers.forget();
    expect([9, 10].map((number) => peers.heard('a', number, 60_000))).toEqual([true, false]);
  });
});
