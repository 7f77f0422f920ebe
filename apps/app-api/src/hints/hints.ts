import { AsyncResource } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { describeFailure } from '@helpdeskly/database';
import type { MessageChannel } from '@helpdeskly/queue';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { decodeSaid, inGroups, type Hint } from './hint.js';
import { Peers } from './peers.js';

const beatMs = 5000;
const watchMs = 1000;
const farewellMs = 1000;
/** Around the hints of a payload. */
const envelope = 100;

export interface HintsOptions {
  /** Whether this process listens to others, beside telling them. */
  readonly hears: boolean;
}

/**
 * What happened in tenants, for whoever wants to look: at once in this process, and in all others by a channel on which nothing is
 * kept. Each process counts its messages and gives a sign of life every few seconds, so that whatever was lost is noticed:
 * then `mayHaveMissed` is called, and everything is to be looked at.
 */
export class Hints implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Hints');
  private readonly id = randomBytes(8).toString('hex');
  private readonly peers = new Peers();
  /** What is sent belongs to no request, though one may begin it. */
  private readonly outside = new AsyncResource('hints');
  private readonly listeners: ((hint: Hint) => void)[] = [];
  private readonly missed: (() => void)[] = [];
  private waiting = new Map<string, Hint>();
  private sending: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private number = 0;
  private failing = false;
  private closed = false;
  private up = false;

  constructor(
    private readonly channel: MessageChannel,
    private readonly options: HintsOptions,
  ) {}

  /** Whether other processes are heard. */
  get listening(): boolean {
    return this.up;
  }

  /** `listener` is called with each hint, of this process or another one. It must not throw. */
  listen(listener: (hint: Hint) => void): void {
    this.listeners.push(listener);
  }

  /** `listener` is called when hints may have been lost. It must not throw. */
  mayHaveMissed(listener: () => void): void {
    this.missed.push(listener);
  }

  /** Nobody waits for it. Of equal hints that wait to be sent, one is. */
  tell(hint: Hint): void {
    for (const listener of this.listeners) listener(hint);
    if (this.closed) return;
    const { tenantId, kind } = hint;
    this.waiting.set(`${tenantId}/${kind}/${subjectOf(hint)}`, hint);
    this.send();
  }

  onApplicationBootstrap(): void {
    if (this.options.hears) this.hear();
    this.timers = [setInterval(() => this.beat(), beatMs), setInterval(() => this.watch(), watchMs)];
    for (const timer of this.timers) timer.unref();
    this.beat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.closed = true;
    while (this.sending !== undefined) await this.sending;
    const farewell = this.say([], { farewell: true }).catch(() => undefined); // Then it is missed like one that was killed.
    const late = new Promise((resolve) => setTimeout(resolve, farewellMs).unref());
    await Promise.race([farewell, late]);
    await this.channel.close();
  }

  private hear(): void {
    this.channel.listen({
      listening: () => {
        this.up = true;
        this.peers.forget();
        this.noteLoss();
        this.beat(); // It is heard here, too: from now on this process would miss itself.
      },
      deaf: () => (this.up = false),
      notified: (payload) => this.notified(payload),
    });
  }

  private notified(payload: string): void {
    const said = decodeSaid(payload);
    if (said === undefined) return;
    const { from, number, hints, farewell } = said;
    if (this.peers.heard(from, number, performance.now())) this.noteLoss();
    if (farewell === true) this.peers.left(from);
    if (from === this.id) return; // This process has heard them already.
    for (const hint of hints) for (const listener of this.listeners) listener(hint);
  }

  private noteLoss(): void {
    for (const listener of this.missed) listener();
  }

  private watch(): void {
    if (!this.up) return;
    const silent = this.peers.silent(performance.now());
    if (silent.length === 0) return;
    if (silent.includes(this.id)) this.channel.listenAnew();
    this.noteLoss();
  }

  private beat(): void {
    this.send(true);
  }

  /** One message is under way at a time; what comes meanwhile goes with the next one. */
  private send(always = false): void {
    if (this.sending !== undefined) return;
    this.sending = this.outside
      .runInAsyncScope(() => this.sendAll(always))
      .finally(() => {
        this.sending = undefined;
        if (this.waiting.size > 0) this.send();
      });
  }

  private async sendAll(always: boolean): Promise<void> {
    const hints = [...this.waiting.values()];
    this.waiting = new Map();
    const groups = inGroups(hints, this.channel.longest - envelope);
    try {
      for (const group of groups.length === 0 && always ? [[]] : groups) await this.say(group);
      this.failing = false;
    } catch (error) {
      // Others miss its number, or this process, and look at everything.
      if (!this.failing) this.log.warn(`Other processes cannot be told of changes: ${describeFailure(error)}`);
      this.failing = true;
    }
  }

  private async say(hints: readonly Hint[], more: { readonly farewell?: true } = {}): Promise<void> {
    this.number++;
    await this.channel.send(JSON.stringify({ from: this.id, number: this.number, hints, ...more }));
  }
}

/** What two hints of one kind have to agree in for one of them to be enough. */
function subjectOf(hint: Hint): string {
  if (hint.kind === 'presence') return `${hint.presence.ticketId}/${hint.presence.sessionId}`;
  return hint.kind === 'notified' ? hint.notification.id : '';
}
