import fc from 'fast-check';
import type { ControlModel } from '../model.js';
import type { World } from '../world.js';
import { expiringKeys, makingKeys, makingKeysWrongly, readingKeys, revokingKeys } from './api-keys.js';
import { changing, changingWrongly } from './changes.js';
import { creating, creatingWrongly } from './creation.js';
import { invitingAdmin, rotating } from './credentials.js';
import { deleting, deletingWrongly, purging, restoring } from './deletion.js';
import { gettingLost, sendingWhatNobodyReads } from './edge.js';
import { readingAuditEvents, readingTenantEvents } from './events.js';
import { activating, actingWrongly, deactivating, mending, retrying, suspending } from './lifecycle.js';
import { listing, listingWrongly, misusingCursors } from './listing.js';
import { askingWhoIAm, reading, readingServers } from './reading.js';

type Command = fc.Arbitrary<fc.AsyncCommand<ControlModel, World>>;

const actions = [changing, suspending, deactivating, activating, retrying, mending, deleting, purging, restoring];
const credentials = [rotating, invitingAdmin, makingKeys, revokingKeys, expiringKeys];
const readings = [listing, reading, readingServers, readingTenantEvents, readingAuditEvents, readingKeys, askingWhoIAm];
const mistakes = [creatingWrongly, changingWrongly, actingWrongly, deletingWrongly, makingKeysWrongly, listingWrongly];
const oddities = [misusingCursors, sendingWhatNobodyReads, gettingLost];

/** Every order of the control API that the model knows, each as often as it is to be given among all of them. */
export const commands: Command[] = [
  ...often(8, [creating]),
  ...often(3, actions),
  ...often(2, credentials),
  ...often(1, readings),
  fc.oneof(...mistakes),
  fc.oneof(...oddities),
];

function often(times: number, orders: readonly Command[]): Command[] {
  return orders.flatMap((order) => Array.from({ length: times }, () => order));
}
