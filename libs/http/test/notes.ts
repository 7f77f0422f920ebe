import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, InvalidReference, NotFound, ServiceUnavailable, VersionConflict } from '@helpdeskly/errors';
import {
  AnyRole,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Cursors,
  EmailField,
  FlagField,
  Idempotent,
  IfMatch,
  IntegerField,
  isUuid,
  LocationOf,
  Nested,
  OneOf,
  PageQuery,
  Public,
  QueryEnumList,
  QueryInteger,
  QuerySort,
  QueryUuidOr,
  Roles,
  Text,
  TextList,
  TimeField,
  UuidField,
  TakesFile,
  assertVersion,
  receiveFile,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NotesDatabase } from './notes-database.js';

const NoteKind = { CALL: 'CALL', VISIT: 'VISIT', LETTER: 'LETTER' } as const;
type NoteKind = (typeof NoteKind)[keyof typeof NoteKind];

class PlaceDto {
  @Text({ max: 20 })
  readonly room!: string;

  @IntegerField({ min: 0, max: 99, optional: true })
  readonly floor?: number;
}

class WriteNoteDto {
  @Text({ max: 10, example: 'Call back' })
  readonly title!: string;

  @OneOf(NoteKind, { name: 'NoteKind', optional: true })
  readonly kind?: NoteKind;

  @IntegerField({ min: 1, max: 5, optional: true })
  readonly stars?: number;

  @FlagField({ optional: true })
  readonly pinned?: boolean;

  @EmailField({ optional: true, nullable: true })
  readonly email?: string | null;

  @UuidField({ optional: true, nullable: true })
  readonly ticketId?: string | null;

  @TimeField({ optional: true, nullable: true })
  readonly dueAt?: string | null;

  @TextList({ optional: true, maxItems: 3, pattern: /^[a-z]{1,5}$/ })
  readonly tags?: readonly string[];

  @Nested(() => PlaceDto, { optional: true, nullable: true })
  readonly place?: PlaceDto | null;
}

class ListNotesDto extends PageQuery {
  @QuerySort(['number'])
  readonly sort?: string;

  @QueryEnumList(NoteKind, { name: 'NoteKind' })
  readonly kind?: readonly NoteKind[];

  @QueryInteger({ min: 0, max: 9 })
  readonly above?: number;

  @QueryUuidOr(['me'])
  readonly author?: string;

  @Text({ max: 10, optional: true })
  readonly q?: string;
}

class NoteDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer' })
  readonly number!: number;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}

class WordDto {
  @ApiProperty()
  readonly word!: string;
}

/** Raised for a title that another note has. */
class TitleTaken extends DomainError {
  readonly code = 'slug_taken';
  constructor(title: string) {
    super(`Another note is called ${title}.`);
  }
}

/** Notes, with routes for every feature of the edge. */
@ApiTags('notes')
@Controller('notes')
export class NotesController {
  constructor(
    private readonly database: NotesDatabase,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @AnyRole()
  @ApiOperation({ summary: 'Find notes' })
  @ApiPage(NoteDto)
  list(@CurrentActor() _actor: Actor, @Query() query: ListNotesDto): Page<NoteDto> {
    const { cursor: _cursor, limit: _limit, include: _include, ...filters } = query;
    const scope = ['notes', filters];
    const request = this.cursors.request(query, scope);
    const from = Number(request.after?.[0] ?? 0);
    const rows = Array.from({ length: 7 - from }, (_, index) => note(from + index + 1)).slice(0, request.limit + 1);
    return this.cursors.page(
      rows,
      request,
      scope,
      (row) => [row.number],
      (row) => row,
      request.total ? 7 : undefined,
    );
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @Idempotent()
  @LocationOf((written: NoteDto) => `/notes/${written.id}`)
  @ApiOperation({ summary: 'Write a note' })
  @ApiAnswer(201, NoteDto)
  @ApiProblems('invalid_reference', 'slug_taken')
  async write(@Body() input: WriteNoteDto): Promise<NoteDto & { input: WriteNoteDto }> {
    const id = await this.database.insert(input.title, input.stars ?? 0);
    if (input.title === 'slow') await sleep(100);
    if (input.title === 'broken') throw new Error('the disk at /var/lib/notes is full');
    if (input.title === 'taken') throw new TitleTaken(input.title);
    if ((input.ticketId ?? undefined) !== undefined) throw new InvalidReference('ticketId', 'There is no such ticket.');
    return { ...note(1), id, title: input.title, input };
  }

  @Get(':id')
  @AnyRole()
  @ApiOperation({ summary: 'Read a note' })
  @ApiAnswer(200, NoteDto)
  find(@Param('id') id: string): NoteDto {
    if (!isUuid(id)) throw new NotFound('note');
    return { ...note(1), id };
  }

  @Patch(':id')
  @Roles('ADMIN')
  @ApiOperation({ summary: 'Change a note' })
  @ApiAnswer(200, NoteDto)
  change(@Param('id') id: string, @Body() input: WriteNoteDto, @IfMatch() version?: number): NoteDto {
    assertVersion(version, 1);
    return { ...note(1), id, title: input.title };
  }

  @Delete(':id')
  @Roles('ADMIN')
  @HttpCode(204)
  @ApiOperation({ summary: 'Burn a note' })
  @ApiNoContentResponse()
  remove(@Param('id') _id: string, @IfMatch() version?: number): void {
    assertVersion(version, 1);
  }

  @Post(':id/close')
  @AnyRole()
  @HttpCode(200)
  @ApiOperation({ summary: 'Close a note' })
  @ApiAnswer(200, NoteDto)
  @ApiProblems('version_conflict')
  close(@Param('id') id: string): NoteDto {
    if (id === 'stale') throw new VersionConflict(4);
    return { ...note(1), id };
  }
}

@ApiTags('oddities')
@Controller('oddities')
export class OdditiesController {
  /** Requests that wait for `release`, by a name that the test chooses. */
  static readonly waiting = new Map<string, () => void>();

  @Get('open')
  @Public()
  @ApiOperation({ summary: 'For everybody' })
  @ApiOkResponse({ type: WordDto })
  open(): WordDto {
    return { word: 'welcome' };
  }

  @Post('open')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'For everybody, without a body' })
  @ApiOkResponse({ type: WordDto })
  ask(): WordDto {
    return { word: 'welcome' };
  }

  @Post('file')
  @AnyRole()
  @HttpCode(200)
  @TakesFile('file')
  @ApiOperation({ summary: 'Takes a file' })
  @ApiOkResponse({ type: WordDto })
  file(@Req() request: FastifyRequest): Promise<WordDto> {
    return receiveFile(request, async ({ bytes }) => ({ word: await text(bytes) }));
  }

  @Get('undeclared')
  @ApiOperation({ summary: 'For nobody: it says not for whom' })
  @ApiOkResponse({ type: WordDto })
  undeclared(): WordDto {
    return { word: 'a secret' };
  }

  @Get('fault')
  @AnyRole()
  @ApiOperation({ summary: 'Fails' })
  @ApiOkResponse({ type: WordDto })
  fault(): WordDto {
    throw Object.assign(new Error('failed: SELECT secret FROM "Note" at db.internal:5432 in /srv/app/notes.ts'), {
      statusCode: 418,
    });
  }

  @Get('unprintable')
  @AnyRole()
  @ApiOperation({ summary: 'Answers what JSON cannot say' })
  @ApiOkResponse({ type: WordDto })
  unprintable(): object {
    const itself: Record<string, unknown> = {};
    itself['word'] = itself;
    return itself;
  }

  @Get('outage')
  @AnyRole()
  @ApiOperation({ summary: 'Its database is away' })
  @ApiOkResponse({ type: WordDto })
  @ApiProblems('service_unavailable')
  outage(): WordDto {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
  }

  @Get('away')
  @AnyRole()
  @ApiOperation({ summary: 'Finds out itself that something is away' })
  @ApiOkResponse({ type: WordDto })
  @ApiProblems('service_unavailable')
  away(): WordDto {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.2:6379'), { code: 'ECONNREFUSED' });
    throw new ServiceUnavailable('The store cannot be reached.', cause);
  }

  @Get('waiting/:name')
  @AnyRole()
  @Header('x-oddity', 'patient')
  @ApiOperation({ summary: 'Answers when the test lets it' })
  @ApiOkResponse({ type: WordDto })
  async wait(@Param('name') name: string): Promise<WordDto> {
    await new Promise<void>((resolve) => OdditiesController.waiting.set(name, resolve));
    return { word: name };
  }
}

function note(number: number): NoteDto {
  return {
    id: `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    number,
    title: `Note ${number}`,
    version: 1,
  };
}
