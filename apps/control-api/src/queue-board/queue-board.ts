import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { ControlDatabase } from '@helpdeskly/catalog';
import { DomainError, Forbidden } from '@helpdeskly/errors';
import { callingPage, ProblemFilter } from '@helpdeskly/http';
import { getQueueToken } from '@nestjs/bullmq';
import { Logger, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { recordEvent } from '../audit/audit-trail.js';
import { callerOf } from '../audit/origin.js';
import { MfaPolicy } from '../auth/mfa-policy.js';
import { OperatorGuesses } from '../auth/operator-guesses.js';
import { OperatorPasswords } from '../auth/operator-passwords.js';
import type { SignedInOperator } from '../auth/operator-tokens.js';
import { backupQueueName } from '../backups/backup-queue.js';
import { driftQueueName } from '../drift/drift-queue.js';
import { lifecycleQueueName } from '../lifecycle/lifecycle-queue.js';
import { provisioningQueueName } from '../provisioning/provisioning-queue.js';
import { BoardOperators } from './board-operators.js';
import { BoardSessions } from './board-sessions.js';

const prefix = '/queues';

/** The board's own styles are in attributes; fonts from other hosts are blocked. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

type BoardOperator = Pick<SignedInOperator, 'id' | 'name' | 'role'>;

const reading = new Set(['GET', 'HEAD']);
const challenge = 'Basic realm="Helpdeskly queues", charset="UTF-8"';

/**
 * The BullMQ board, for operators by HTTP Basic, or by the cookie of `POST /queues/session` if they have a second factor: VIEWERs read;
 * changes must come from the board itself.
 */
export function mountQueueBoard(app: NestFastifyApplication): void {
  const get = <T>(type: Type<T>): T => app.get(type, { strict: false });
  const control = get(ControlDatabase);
  const operators = new BoardOperators(control, get(OperatorPasswords), get(OperatorGuesses), get(MfaPolicy));
  const sessions = get(BoardSessions);
  const problems = get(ProblemFilter);

  const find = async (request: FastifyRequest): Promise<BoardOperator> =>
    (await sessions.find(request)) ?? operators.authenticate(callerOf(request), request.headers.authorization);

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const caller = callerOf(request);
    const { id, name, role } = await find(request);
    reply.header('content-security-policy', contentSecurityPolicy);
    if (reading.has(request.method)) return;
    if (role === 'VIEWER') throw new Forbidden();
    if (callingPage(request) !== 'own') throw new Forbidden('Only the board itself can change queues.');
    const [path] = request.url.slice(prefix.length).split('?');
    await recordEvent(
      control.client,
      { ...caller, actor: { kind: 'OPERATOR', id, name } },
      { action: 'queue.changed', details: { method: request.method, path: path?.slice(0, 500) ?? '' } },
    );
  };

  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  void server.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', async (request, reply) => {
        try {
          await admit(request, reply);
        } catch (error) {
          reply.header('www-authenticate', challenge);
          problems.answer(error, request, reply);
        }
      });
      void scope.register(boardOf(app));
      done();
    },
    { prefix },
  );
}

function boardOf(app: NestFastifyApplication): FastifyPluginCallback {
  const log = new Logger('QueueBoard');
  const board = new FastifyAdapter().setBasePath(prefix);
  const queues = [provisioningQueueName, lifecycleQueueName, backupQueueName, driftQueueName].map(
    (name) => new BullMQAdapter(app.get<Queue>(getQueueToken(name), { strict: false })),
  );
  createBullBoard({
    queues,
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Helpdeskly', miscLinks: [{ text: 'API', url: '/docs' }] } },
  });
  board.setErrorHandler((error: Error & { readonly statusCode?: number }) => {
    if (error instanceof DomainError || (error.statusCode ?? 500) < 500)
      return { status: 400, body: { error: error.message } };
    log.error({ err: error, msg: 'The board could not do what it was asked for.' });
    return { status: 500, body: { error: 'The queues cannot be reached, or refused this.' } };
  });
  return board.registerPlugin();
}
