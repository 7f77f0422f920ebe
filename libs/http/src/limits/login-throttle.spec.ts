import { describe, expect, it } from '@jest/globals';
import { DomainError, LoginBusy } from '@helpdeskly/errors';
import { LoginThrottle, networkOf, RateLimited } from './login-throttle.js';

class WrongPassword extends DomainError {
  readonly code = 'invalid_credentials';
}

/** An attacker at an address who guesses an account's password; `known`: whether that account signed in from there. */
class Guesser {
  constructor(
    private readonly throttle: LoginThrottle,
    private readonly address: string,
    private readonly known = false,
  ) {}

  wrong(account: string): Promise<string> {
    return this.guess(account, () => Promise.reject(new WrongPassword('wrong')));
  }

  right(account: string): Promise<string> {
    return this.guess(account, () => Promise.resolve('right'));
  }

  guess(account: string, guess: () => Promise<string>): Promise<string> {
    const isKnown = () => Promise.resolve(this.known);
    return this.throttle
      .guess({ address: this.address, account, isKnown }, guess)
      .catch((error: unknown) =>
        error instanceof WrongPassword ? 'wrong' : error instanceof RateLimited ? 'refused' : String(error),
      );
  }
}

const times = async (count: number, attempt: (n: number) => Promise<string>): Promise<string[]> => {
  const outcomes: string[] = [];
  for (let n = 0; n < count; n++) outcomes.push(await attempt(n));
  return outcomes;
};

describe('failed logins', () => {
  it('pass 5 times a minute for a pair of address and account, in any case', async () => {
    const throttle = new LoginThrottle();
    const guesser = new Guesser(throttle, '1.1.1.1');
    const spellings = ['a@b.example', 'A@b.example', 'a@B.example', 'a@b.EXAMPLE', 'A@B.EXAMPLE', 'a@b.example'];
    const outcomes = await times(6, (n) => guesser.wrong(spellings[n] ?? ''));
    expect(outcomes).toEqual([...Array<string>(5).fill('wrong'), 'refused']);
    expect(await guesser.right('a@b.example')).toBe('refused');
    expect(await guesser.wrong('other@b.example')).toBe('wrong');
  });

  it('pass 100 times a minute for an address, whatever the account', async () => {
    const throttle = new LoginThrottle();
    const guesser = new Guesser(throttle, '1.1.1.1');
    expect(new Set(await times(100, (n) => guesser.wrong(`a${n}`)))).toEqual(new Set(['wrong']));
    expect(await guesser.wrong('another')).toBe('refused');
    expect(await new Guesser(throttle, '1.1.1.2').wrong('another')).toBe('wrong');
  });

  it('of one account from many addresses are refused after 5, and one that signed in from an address is not', async () => {
    const throttle = new LoginThrottle();
    const outcomes = await times(7, (n) => new Guesser(throttle, `1.1.1.${n}`).wrong('a'));
    expect(outcomes).toEqual([...Array<string>(5).fill('wrong'), 'refused', 'refused']);
    expect(await new Guesser(throttle, '2.2.2.2').right('a')).toBe('refused');
    expect(await new Guesser(throttle, '2.2.2.2', true).right('a')).toBe('right');
    expect(await new Guesser(throttle, '3.3.3.3').wrong('b')).toBe('wrong');
  });

  it('of one account count apart from each address that it signed in from', async () => {
    const throttle = new LoginThrottle();
    const office = new Guesser(throttle, '2.2.2.2', true);
    await times(5, () => office.wrong('a'));
    expect(await office.right('a')).toBe('refused');
    expect(await new Guesser(throttle, '3.3.3.3', true).right('a')).toBe('right');
    expect(await new Guesser(throttle, '4.4.4.4').wrong('a')).toBe('wrong');
  });

  it('stay counted when good ones come in between', async () => {
    const throttle = new LoginThrottle();
    const [guesser, owner] = [new Guesser(throttle, '1.1.1.1'), new Guesser(throttle, '2.2.2.2', true)];
    const outcomes = await times(6, async (n) => {
      await guesser.right('own account');
      await owner.right('a');
      return n < 3 ? guesser.wrong('a') : new Guesser(throttle, `1.1.1.${n}`).wrong('a');
    });
    expect(outcomes).toEqual([...Array<string>(5).fill('wrong'), 'refused']);
  });

  it('count also when they are made at once', async () => {
    const throttle = new LoginThrottle();
    const fromMany = Array.from({ length: 9 }, (_, n) => new Guesser(throttle, `1.1.1.${n}`).wrong('a'));
    expect((await Promise.all(fromMany)).filter((outcome) => outcome === 'wrong')).toHaveLength(5);
    const fromOne = Array.from({ length: 9 }, () => new Guesser(throttle, '2.2.2.2').wrong('b'));
    expect((await Promise.all(fromOne)).filter((outcome) => outcome === 'wrong')).toHaveLength(5);
  });

  it('are not those that succeed, nor those that could not be judged', async () => {
    const throttle = new LoginThrottle();
    const guesser = new Guesser(throttle, '1.1.1.1');
    expect(new Set(await times(150, () => guesser.right('a')))).toEqual(new Set(['right']));
    await times(150, () => guesser.guess('a', () => Promise.reject(new LoginBusy())));
    expect(await guesser.wrong('a')).toBe('wrong');
  });

  it('of one account do not use up the address when they are refused', async () => {
    const throttle = new LoginThrottle();
    const guesser = new Guesser(throttle, '1.1.1.1');
    await times(200, () => guesser.wrong('a'));
    expect(await guesser.wrong('b')).toBe('wrong');
  });

  it('say when to come back', async () => {
    const throttle = new LoginThrottle();
    await times(5, (n) => new Guesser(throttle, `1.1.1.${n}`).wrong('a'));
    const attempt = { address: '1.1.1.9', account: 'a', isKnown: () => Promise.resolve(false) };
    const error = await throttle.guess(attempt, () => Promise.resolve()).catch((refused: unknown) => refused);
    expect((error as RateLimited).retryAfter).toBe(1);
  });

  it('are asked about in the database only when the address may try at all', async () => {
    const throttle = new LoginThrottle();
    let asked = 0;
    const isKnown = () => Promise.resolve(++asked < 0);
    const attempt = { address: '1.1.1.1', account: 'a', isKnown };
    for (let n = 0; n < 50; n++)
      await throttle.guess(attempt, () => Promise.reject(new WrongPassword('wrong'))).catch(() => undefined);
    expect(asked).toBe(5);
  });

  it('are refused at once when many wait for the one before them', async () => {
    const throttle = new LoginThrottle();
    let finish: () => void = () => undefined;
    const held = new Promise<string>((resolve) => (finish = () => resolve('right')));
    const guesser = new Guesser(throttle, '1.1.1.1');
    const waiting = Array.from({ length: 20 }, () => guesser.guess('a', () => held));
    expect(await guesser.right('a')).toMatch('LoginBusy');
    finish();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['right']));
  });
});

describe('the network that is counted', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::99', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::99', '2001:db8:1:3::/64'],
    ['', ''],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});
