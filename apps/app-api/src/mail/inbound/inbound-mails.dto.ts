import { PageQuery, QueryEnumList } from '@helpdeskly/http';
import { InboundMailStatus, MailVerdict } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { AttachmentDto } from '../../attachments/attachments.dto.js';
import { MailDto } from '../../mail-core/mail.dto.js';

export class ListInboundMailsDto extends PageQuery {
  @QueryEnumList(InboundMailStatus, { name: 'InboundMailStatus' })
  readonly status?: InboundMailStatus[];
}

/** A mail that arrived. */
export class InboundMailDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({
    enum: InboundMailStatus,
    enumName: 'InboundMailStatus',
    description:
      'RECEIVED: stored, and filed soon. HELD: it waits for an admin. FILED: it is in a ticket, or nothing was to become of it. FAILED: it could not be filed.',
  })
  readonly status!: InboundMailStatus;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why: too_many, sender_disabled, sender_blocked (one of the sender’s tickets is spam), sender_unknown, own_address or infected of a held mail; internal_error of a failed one; bounce, automatic_to_closed or automatic_to_notice of one that wrote nothing.',
  })
  readonly reason!: string | null;
  @ApiProperty({ description: 'The sender in the envelope; empty for a mail from nobody.' })
  readonly envelopeFrom!: string;
  @ApiProperty({ type: [String] })
  readonly envelopeTo!: readonly string[];
  @ApiProperty({ type: String, nullable: true, description: 'The address in From.' })
  readonly from!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly subject!: string | null;
  @ApiProperty({ enum: MailVerdict, enumName: 'MailVerdict', nullable: true })
  readonly authentication!: MailVerdict | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly ticketId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly commentId!: string | null;
  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  readonly size!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly filedAt!: string | null;
}

/** A mail to postmaster@ or abuse@ alone: operators read it, and nothing of it is in this helpdesk. */
export class OperatorsMailDto {
  @ApiProperty({ enum: ['OPERATORS'] })
  readonly takenBy!: 'OPERATORS';
}

/** What opened a ticket beside its title and description. */
export class TicketOpeningDto {
  @ApiProperty({
    type: MailDto,
    nullable: true,
    description: 'Null for a ticket that was not opened by mail, and to customers.',
  })
  readonly mail!: MailDto | null;
  @ApiProperty({ type: String, nullable: true })
  readonly bodyHtml!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What was cut from the mail.' })
  readonly quoted!: string | null;
  @ApiProperty({ type: [AttachmentDto] })
  readonly attachments!: readonly AttachmentDto[];
}
