import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import {
  Archive,
  Bell,
  Database,
  Eraser,
  FlaskConical,
  GitCompareArrows,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListTodo,
  type LucideIcon,
  MailWarning,
  Rocket,
  ScrollText,
  Store,
  Tags,
  Terminal,
  Users,
} from 'lucide-react';

export interface Place {
  readonly to: string;
  readonly name: MessageDescriptor;
  readonly icon: LucideIcon;
  /** The key after `g` that goes there. */
  readonly key: string;
  /** For OWNERs alone. */
  readonly owners?: true;
  /** For whoever may change something. */
  readonly changers?: true;
}

/** Where the menu leads, in its order. */
export const places: readonly Place[] = [
  { to: '/', name: msg`Fleet`, icon: LayoutDashboard, key: 'f' },
  { to: '/incidents', name: msg`Incidents`, icon: Bell, key: 'i' },
  { to: '/tenants', name: msg`Tenants`, icon: Store, key: 't' },
  { to: '/plans', name: msg`Plans`, icon: Tags, key: 'l' },
  { to: '/bulk-runs', name: msg`Bulk runs`, icon: Layers, key: 'c' },
  { to: '/migration-runs', name: msg`Migration runs`, icon: Rocket, key: 'm' },
  { to: '/rehearsals', name: msg`Rehearsals`, icon: FlaskConical, key: 'r' },
  { to: '/drift', name: msg`Schema drift`, icon: GitCompareArrows, key: 'd' },
  { to: '/backups', name: msg`Backups`, icon: Archive, key: 'b' },
  { to: '/deletions', name: msg`Deletions`, icon: Eraser, key: 'x' },
  { to: '/fleet-query', name: msg`Fleet query`, icon: Terminal, key: 'w', owners: true },
  { to: '/servers', name: msg`Database servers`, icon: Database, key: 's' },
  { to: '/queues-of-jobs', name: msg`Queues`, icon: ListTodo, key: 'q' },
  { to: '/mails', name: msg`Postmaster`, icon: MailWarning, key: 'e', changers: true },
  { to: '/audit', name: msg`Audit trail`, icon: ScrollText, key: 'a' },
  { to: '/operators', name: msg`Operators`, icon: Users, key: 'o', owners: true },
  { to: '/api-keys', name: msg`API keys`, icon: KeyRound, key: 'k', owners: true },
];
