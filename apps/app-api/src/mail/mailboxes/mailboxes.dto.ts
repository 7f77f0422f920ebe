import { EmailField, FlagField, Text, UuidField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class CreateMailboxDto {
  @EmailField({
    example: 'help@customer.example',
    description:
      'An address outside MAIL_DOMAIN, whose mail is forwarded to the address that the helpdesk has by itself.',
  })
  readonly address!: string;

  @Text({
    max: 200,
    optional: true,
    nullable: true,
    description: "Stands before the address in mails. Null: the helpdesk's name.",
  })
  readonly name?: string | null;

  @UuidField({ optional: true, nullable: true, description: 'The group that tickets from this mailbox come to.' })
  readonly groupId?: string | null;

  @Text({ max: 2000, optional: true, nullable: true, description: 'Stands below each reply.' })
  readonly signature?: string | null;

  @FlagField({ optional: true, description: 'Whether the template `received` answers mails that open a ticket.' })
  readonly autoReply?: boolean;
}

export class VerifyMailboxDto {
  @Text({ min: 1, max: 20, example: '04718233', description: 'The digits of the mail that was sent to the address.' })
  readonly code!: string;
}

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
  @ApiProperty({ description: 'Whether it is an address outside MAIL_DOMAIN, which was added and can be deleted.' })
  readonly own!: boolean;
  @ApiProperty({
    description: 'Whether the helpdesk has shown that it gets the mail of this address. Until then it is not used.',
  })
  readonly verified!: boolean;
  @ApiProperty({
    format: 'email',
    description:
      'What stands in From: the address once it is verified and the DNS has the DKIM record of its domain, until then the one that the helpdesk has by itself.',
  })
  readonly from!: string;
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

/** A test mail that is about to leave. */
export class TestMailDto {
  @ApiProperty({ format: 'email', description: 'To whom it is sent.' })
  readonly to!: string;
}
