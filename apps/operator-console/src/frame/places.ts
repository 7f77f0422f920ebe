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
  LockKeyhole,
  type LucideIcon,
  MailWarning,
  RefreshCw,
  Rocket,
  ScrollText,
  ShieldCheck,
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
  { to: '/checks', name: msg`Platform checks`, icon: ShieldCheck, key: 'h' },
  { to: '/credential-rotations', name: msg`Credential rotations`, icon: RefreshCw, key: 'y' },
  { to: '/platform-keys', name: msg`Platform keys`, icon: LockKeyhole, key: 'v' },
  { to: '/queues-of-jobs', name: msg`Queues`, icon: ListTodo, key: 'q' },
  { to: '/mails', name: msg`Postmaster`, icon: MailWarning, key: 'e', changers: true },
  { to: '/audit', name: msg`Audit trail`, icon: ScrollText, key: 'a' },
  { to: '/operators', name: msg`Operators`, icon: Users, key: 'o', owners: true },
  { to: '/api-keys', name: msg`API keys`, icon: KeyRound, key: 'k', owners: true },
];

/** Pages beside those of the menu: they only begin a change. */
const changes = ['/tenants/new', '/import'];

/** Whether the operator's role has something to do at a path; the API decides in the end. */
export function isOpen(path: string, { change, own }: { readonly change: boolean; readonly own: boolean }): boolean {
  const place = places.find(({ to }) => to === path);
  return (place?.owners === undefined || own) && (change || (place?.changers === undefined && !changes.includes(path)));
}
