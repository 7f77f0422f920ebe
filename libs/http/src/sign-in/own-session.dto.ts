import { ApiProperty } from '@nestjs/swagger';
import type { Cursors, Page } from '../answers/paging.js';
import type { PageQuery } from '../input/page-query.js';

/** A session as its owner is shown it. */
export class OwnSessionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'The time of its last refresh.' })
  readonly lastUsedAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The client address from which it was opened.' })
  readonly address!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The User-Agent header with which it was opened.' })
  readonly userAgent!: string | null;

  @ApiProperty({ description: 'Whether this request belongs to it.' })
  readonly current!: boolean;
}

interface SessionRow extends Omit<OwnSessionDto, 'createdAt' | 'lastUsedAt' | 'current'> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

function viewOwnSession(row: SessionRow, currentId: string | undefined): OwnSessionDto {
  const { id, createdAt, lastUsedAt, address, userAgent } = row;
  const times = { createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
  return { id, ...times, address, userAgent, current: id === currentId };
}

/** The sessions of one account: newest first, those after the given id. */
interface OwnSessionRows {
  list(limit: number, after: string | undefined): Promise<readonly SessionRow[]>;
  count(): Promise<number>;
}

/** A page of them, for their owner, who calls with the session `currentId`. Throws InvalidCursor. */
export async function pageOfOwnSessions(
  cursors: Cursors,
  query: PageQuery,
  { scope, currentId }: { readonly scope: readonly string[]; readonly currentId: string | undefined },
  rows: OwnSessionRows,
): Promise<Page<OwnSessionDto>> {
  const bound = [...scope, 'auth/sessions'];
  const request = cursors.request(query, bound);
  const read = await rows.list(request.limit + 1, request.after?.map(String)[0]);
  const total = request.total ? await rows.count() : undefined;
  const view = (row: SessionRow) => viewOwnSession(row, currentId);
  return cursors.page(read, request, bound, ({ id }) => [id], view, total);
}
