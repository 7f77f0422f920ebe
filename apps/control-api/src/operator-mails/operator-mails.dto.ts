import { PageQuery, QueryChoice } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

/** A mail to postmaster or abuse. */
export class OperatorMailDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'To whom it was sent, such as abuse@acme.help.example.' })
  recipient!: string;

  @ApiProperty({ description: 'The sender in the envelope; empty for a mail from nobody.' })
  envelopeFrom!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Who handed it in. Null: a relay that does not tell.' })
  clientAddress!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The address in From. Anybody can write any.' })
  from!: string | null;

  @ApiProperty({ type: String, nullable: true })
  subject!: string | null;

  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  size!: number;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while no operator has marked it as read.',
  })
  readAt!: string | null;
}

export class OperatorMailWithSourceDto extends OperatorMailDto {
  @ApiProperty({ description: 'The message as it came, as UTF-8. Its text and links are a stranger’s.' })
  source!: string;
}

export class OperatorMailsQuery extends PageQuery {
  @QueryChoice(['unread', 'read'], { description: 'Both unless given. Read ones may go after thirty days.' })
  readonly state?: 'unread' | 'read';
}
