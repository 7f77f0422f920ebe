import type { ServerResponse } from 'node:http';
import { describeFailure } from '@helpdeskly/database';
import { DomainError, StreamLimit } from '@helpdeskly/errors';
import { Authenticator, jitteredRetry, toBlock } from '@helpdeskly/http';
import { AcceptedWork } from '@helpdeskly/service';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MigrationRunDto } from './migration-run.dto.js';
import { MigrationRuns } from './migration-runs.service.js';
import { isUnended } from './run-stages.js';

/** How often the runs that somebody follows are read, in milliseconds. */
const intervalMs = 500;
/** A comment every 15 s at least: clients and proxies hang up on silence. */
const commentMs = 12_000;
/** Bytes that may wait to be sent; a client that does not read is cut off. */
const mostUnsent = 262_144;
const mostStreams = 200;

interface RunStream {
  readonly runId: string;
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
  /** The last progress that was sent. */
  sent: string | undefined;
  spokeAt: number;
}

/** Streams the progress of runs. All streams of a run hear of it by one read. */
@Injectable()
export class RunStreams {
  private readonly log = new Logger('RunStreams');
  private readonly streams = new Set<RunStream>();
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly runs: MigrationRuns,
    private readonly authenticator: Authenticator,
    work: AcceptedWork,
  ) {
    work.whenDraining(() => this.close());
  }

  /** Throws NotFound, StreamLimit. */
  async open(id: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id: runId } = await this.runs.row(id);
    if (this.streams.size >= mostStreams) throw new StreamLimit('This server has no room for another stream.');
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    if (request.method === 'HEAD') {
      void reply.headers(headers).send();
      return;
    }
    reply.hijack();
    reply.answeredAfterMs = reply.elapsedTime;
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers });
    request.leaveScope?.();
    if (reply.raw.destroyed) return;
    const stream = { runId, request, response: reply.raw, sent: undefined, spokeAt: performance.now() };
    reply.raw.write(toBlock({ comment: 'hello', retry: jitteredRetry() }));
    if (this.closing) return this.end(stream, farewell());
    this.streams.add(stream);
    reply.raw.once('close', () => this.streams.delete(stream));
    this.lookIn(0);
  }

  private close(): void {
    this.closing = true;
    clearTimeout(this.timer);
    for (const stream of this.streams) this.end(stream, farewell());
  }

  private lookIn(milliseconds: number): void {
    if (this.closing || this.streams.size === 0) return;
    this.timer ??= setTimeout(() => {
      void this.look().finally(() => {
        this.timer = undefined;
        this.lookIn(intervalMs);
      });
    }, milliseconds);
  }

  private async look(): Promise<void> {
    await Promise.all([...this.streams].map((stream) => this.checkCaller(stream)));
    for (const runId of new Set([...this.streams].map((stream) => stream.runId))) {
      try {
        const run = await this.runs.find(runId);
        for (const stream of this.streams) if (stream.runId === runId) this.tell(stream, run);
      } catch (error) {
        this.log.warn(`The progress of a migration run could not be read: ${describeFailure(error)}`);
      }
    }
  }

  /** Ends the stream of a caller whose token or key is no longer good, or who may no longer read. */
  private async checkCaller(stream: RunStream): Promise<void> {
    try {
      const actor = await this.authenticator.authenticate(stream.request);
      if (actor.mustSetUpMfa === true) this.end(stream);
    } catch (error) {
      if (error instanceof DomainError) this.end(stream);
    }
  }

  private tell(stream: RunStream, run: MigrationRunDto): void {
    const { response } = stream;
    if (response.writableEnded) return;
    const isOver = !isUnended(run.status) && run.counts.running === 0;
    const progress = toBlock({ event: isOver ? 'ended' : 'progress', data: run });
    const isNews = factsOf(run) !== stream.sent;
    if (isOver) return this.end(stream, progress);
    if (!isNews && performance.now() - stream.spokeAt < commentMs) return;
    response.write(isNews ? progress : toBlock({ comment: 'here' }));
    stream.sent = factsOf(run);
    stream.spokeAt = performance.now();
    if (response.writableLength > mostUnsent) response.destroy();
  }

  /** A client that does not take the rest is cut off. */
  private end(stream: RunStream, farewell = ''): void {
    this.streams.delete(stream);
    const { response } = stream;
    response.end(farewell);
    const cut = setTimeout(() => response.destroy(), 500).unref();
    response.once('close', () => clearTimeout(cut));
  }
}

/** What a client hears of when it changes; the estimates change all the time. */
function factsOf({ version, status, statusReason, counts }: MigrationRunDto): string {
  return JSON.stringify([version, status, statusReason, counts]);
}

const farewell = () => toBlock({ event: 'reconnect', data: {}, retry: jitteredRetry() });
