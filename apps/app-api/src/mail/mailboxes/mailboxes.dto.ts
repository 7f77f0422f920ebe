import { FlagField, Text, UuidField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class ChangeMailboxDto {
  @Text({
    max: 200,
    optional: true,
    nullable: true,
    example: 'Acme Support',
    description: "Stands before the address in mails. Null: the helpdesk's name.",
  })
  readonly name?: string | null;

  @UuidField({ optional: true, nullable: true, description: 'The group that tickets from this mailbox come to.' })
  readonly groupId?: string | null;

  @FlagField({
    optional: true,
    description: 'True makes this the mailbox of tickets that did not come by mail. False only while it is not.',
  })
  readonly isDefault?: boolean;

  @Text({ max: 2000, optional: true, nullable: true, description: 'Stands below each reply.' })
  readonly signature?: string | null;

  @FlagField({ optional: true, description: 'Whether the template `received` answers mails that open a ticket.' })
  readonly autoReply?: boolean;
}

/** An address at which the helpdesk gets mail. */
export class MailboxDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ format: 'email' })
  readonly address!: string;
  @ApiProperty({ type: String, nullable: true, description: "Null: mails show the helpdesk's name." })
  readonly name!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly groupId!: string | null;
  @ApiProperty({ description: 'The mailbox of tickets that did not come by mail. Exactly one is.' })
  readonly isDefault!: boolean;
  @ApiProperty({ type: String, nullable: true })
  readonly signature!: string | null;
  @ApiProperty()
  readonly autoReply!: boolean;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
