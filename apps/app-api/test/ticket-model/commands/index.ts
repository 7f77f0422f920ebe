import type fc from 'fast-check';
import type { DeskModel } from '../desk-model.js';
import type { World } from '../world.js';
import { changingMany, changingMuch, changingOneThing, handingOver, resolvingOwn } from './changing.js';
import { readingComments, redacting, replying, replyingToMerged } from './commenting.js';
import { deleting, restoring } from './deleting.js';
import { listing, reading, searching } from './finding.js';
import { blanking, merging, mergingLikely, splitting } from './joining.js';
import { linking, unlinking } from './links.js';
import { applying, previewing } from './macros.js';
import { openingForOthers, openingOwn, openingTooMuch } from './opening.js';
import { disabling, enabling, entering, leaving, lettingIn, lettingOut } from './people.js';
import { repeating } from './repeating.js';

type Command = fc.Arbitrary<fc.AsyncCommand<DeskModel, World>>;

/** Every order that the model knows, each as often as it is to be given among all of them. */
export const commands: Command[] = [
  ...often(4, [openingOwn, openingForOthers, changingOneThing]),
  ...often(9, [replying]),
  ...often(2, [
    changingMuch,
    mergingLikely,
    replyingToMerged,
    splitting,
    applying,
    lettingIn,
    redacting,
    repeating,
    searching,
    listing,
  ]),
  ...often(1, [
    handingOver,
    changingMany,
    resolvingOwn,
    openingTooMuch,
    merging,
    linking,
    unlinking,
    lettingOut,
    previewing,
    blanking,
  ]),
  ...often(1, [deleting, restoring, entering, leaving, disabling, enabling, reading, readingComments]),
];

function often(times: number, orders: readonly Command[]): Command[] {
  return orders.flatMap((order) => Array.from({ length: times }, () => order));
}
