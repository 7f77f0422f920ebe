import { assertVersion, type Actor, type Page } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { ListByNameDto } from '../naming/list-by-name.dto.js';
import { NamePages } from '../naming/name-pages.js';
import { named, orNameTaken } from '../naming/name-taken.js';
import { heldBy, releaseHeld } from '../ticket-core/ticket-assignments.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { lockTicketsFirst } from '../ticket-core/lock-tickets-first.js';
import { counted, findGroup, lockGroup, type CountedGroup } from './groups.queries.js';
import type { ChangeGroupDto, CreateGroupDto, GroupDto } from './groups.dto.js';

/** Teams of agents, who get tickets together. */
@Injectable()
export class Groups {
  constructor(
    private readonly db: TenantDatabase,
    private readonly pages: NamePages,
    private readonly writes: TicketWrites,
  ) {}

  list({ q, ...query }: ListByNameDto): Promise<Page<GroupDto>> {
    const { group } = this.db.client;
    return this.pages.page(query, {
      route: 'groups',
      q,
      find: (page) => group.findMany({ ...page, include: counted }),
      count: (where) => group.count({ where }),
      view: viewGroup,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<GroupDto> {
    return viewGroup(await findGroup(this.db.client, id));
  }

  /** Throws NameTaken. */
  async create({ name }: CreateGroupDto): Promise<GroupDto> {
    const made = this.db.client.group.create({ data: named(name), include: counted });
    return viewGroup(await orNameTaken('group', made));
  }

  /** Throws NotFound, VersionConflict, NameTaken. */
  async change(id: string, { name }: ChangeGroupDto, version?: number): Promise<GroupDto> {
    return this.db.transaction(async (tx) => {
      const group = await lockGroup(tx, id);
      assertVersion(version, group.version);
      if (name === undefined || name === group.name) return viewGroup(group);
      const data = { ...named(name), version: { increment: 1 }, updatedAt: new Date() };
      return viewGroup(
        await orNameTaken('group', tx.group.update({ where: { id: group.id }, data, include: counted })),
      );
    });
  }

  /** Throws NotFound, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const known = await findGroup(tx, id);
      const group = await lockTicketsFirst(this.db, heldBy('group', known.id), () => lockGroup(tx, id));
      assertVersion(version, group.version);
      await releaseHeld(tx, this.writes, 'group', group, actor.id);
      await tx.group.delete({ where: { id: group.id }, select: { id: true } });
    });
  }
}

function viewGroup({ id, name, version, createdAt, updatedAt, _count }: CountedGroup): GroupDto {
  return {
    id,
    name,
    memberCount: _count.members,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
