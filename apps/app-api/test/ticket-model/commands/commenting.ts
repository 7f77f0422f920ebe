import { expect } from '@jest/globals';
import fc from 'fast-check';
import {
  about,
  Order,
  pathOf,
  pick,
  picked,
  staffRoles,
  type Done,
  type Giver,
  type Pick,
  type Scene,
} from '../order.js';
import { applyReply, notFound, Refusal, replyOf, stale, viewComment } from '../rules.js';
import type { CommentModel, Status, TicketModel } from '../ticket-model.js';
import {
  any,
  anybody,
  bodyOf,
  customer,
  keyed,
  match,
  mostlyAdmin,
  nowhere,
  replyEdit,
  spell,
  status,
  type Edit,
} from './choices.js';

const visibility = fc.constantFrom<CommentModel['visibility'] | undefined>(undefined, 'PUBLIC', 'INTERNAL');
const withStatus = fc.option<Status, undefined>(status, { nil: undefined, freq: 2 });

interface Choice {
  readonly by: Giver;
  readonly of: Pick;
  readonly match: 'none' | 'present' | 'stale';
  readonly visibility: CommentModel['visibility'] | undefined;
  readonly status: Status | undefined;
  /** In place of a status alone. */
  readonly edit?: Edit | undefined;
  readonly keyed: boolean;
}

const withEdit = fc.option<Edit, undefined>(replyEdit, { nil: undefined, freq: 2 });

export const replying = fc
  .record({ by: anybody, of: pick, match, visibility, status: withStatus, edit: withEdit, keyed })
  .map(order);

/** The conversation goes on in another ticket, in which its author may have no part any more. */
export const replyingToMerged = fc
  .record({ nth: fc.nat({ max: 20 }), by: customer, isAuthor: fc.boolean(), status: withStatus })
  .map(({ nth, by, isAuthor, status }) => {
    const of = { nth, among: 'merged', by: 'id' } as const;
    const giver = isAuthor ? { authorOf: of } : by;
    return order({ by: giver, of, match: 'none', visibility: 'PUBLIC', status, keyed: false });
  });

function order({ by, of, match, visibility, status, edit, keyed }: Choice): Order {
  const how = edit === undefined ? (status ?? '') : JSON.stringify(edit);
  return new Order(`reply to ${spell(of)} ${visibility ?? ''} ${how} if ${match}`, {
    by,
    keyed,
    method: 'POST',
    match: { of, with: match },
    when: any,
    path: (model) => `${pathOf(model, of)}/comments`,
    body: (model) => ({
      body: `Said: ${model.word()}`,
      visibility,
      ...(edit === undefined ? { status } : { changes: bodyOf(model, edit) }),
    }),
    outcome: (scene, body) => about(scene, of, (ticket) => reply(scene, ticket, body)),
  });
}

function reply({ model, by, isStale }: Scene, named: TicketModel, input: any): Done | Refusal {
  const planned = replyOf(model, by, named, input, isStale);
  if (planned instanceof Refusal) return planned;
  return {
    status: 201,
    apply: ({ body, headers }) => {
      applyReply(model, by, planned, input, body);
      const { ticket } = planned;
      expect(body).toEqual(viewComment(model, by, ticket, commentOf(ticket, body.id)));
      expect(headers.get('location')).toBe(`/api/v1/tickets/${ticket.id}/comments/${body.id}`);
    },
  };
}

const commentOf = ({ comments }: TicketModel, id: string) =>
  comments.find((comment) => comment.id === id) as CommentModel;

/** A comment of a ticket; nobody's when it has none. */
export function commentAt({ comments }: TicketModel, nth: number): string {
  return comments[nth % comments.length]?.id ?? nowhere;
}

export const redacting = fc.record({ by: mostlyAdmin, of: pick, nth: fc.nat({ max: 20 }), match }).map(
  ({ by, of, nth, match }) =>
    new Order(`redact comment ${nth} of ${spell(of)} if ${match}`, {
      by,
      roles: ['ADMIN'],
      method: 'POST',
      match: { of, with: match },
      when: any,
      path: (model) => `${pathOf(model, of)}/comments/${commentAt(picked(model, of), nth)}/redact`,
      outcome: (scene) => about(scene, of, (ticket) => redact(scene, ticket, commentAt(ticket, nth))),
    }),
);

function redact({ model, by, isStale }: Scene, ticket: TicketModel, id: string): Done | Refusal {
  if (isStale) return stale(by, ticket);
  const comment = commentOf(ticket, id);
  if (comment === undefined) return notFound;
  return {
    status: 200,
    apply: ({ body }) => {
      if (!comment.redacted) {
        model.redact(ticket, comment, by.id, body.redactedAt);
        const { openingOf } = comment;
        const fields = openingOf?.fields.description === '' ? [] : (['description'] as const);
        if (openingOf?.blank(fields, by.id) === true) model.forgetAnswersAbout(openingOf.id, [openingOf.id]);
      }
      expect(body).toEqual(viewComment(model, by, ticket, comment));
    },
  };
}

export const readingComments = fc.record({ by: anybody, of: pick, nth: fc.nat({ max: 20 }) }).map(
  ({ by, of, nth }) =>
    new Order(`read comment ${nth} of ${spell(of)}`, {
      by,
      method: 'GET',
      when: any,
      path: (model) => `${pathOf(model, of)}/comments/${commentAt(picked(model, of), nth)}`,
      outcome: (scene) =>
        about(scene, of, (ticket) => {
          const comment = commentOf(ticket, commentAt(ticket, nth));
          const hidden =
            comment?.visibility === 'INTERNAL' && !(staffRoles as readonly string[]).includes(scene.by.role);
          if (comment === undefined || hidden) return notFound;
          return { status: 200, body: viewComment(scene.model, scene.by, ticket, comment) };
        }),
    }),
);
