import { ApiProperty } from '@nestjs/swagger';

const MailRecordKind = { MX: 'MX', SPF: 'SPF', DKIM: 'DKIM', DMARC: 'DMARC' } as const;

/** A record of the DNS. */
export class MailRecordDto {
  @ApiProperty({ enum: MailRecordKind, enumName: 'MailRecordKind' })
  readonly kind!: keyof typeof MailRecordKind;
  @ApiProperty({ enum: ['MX', 'TXT'] })
  readonly type!: 'MX' | 'TXT';
  @ApiProperty({ description: 'Where it stands.' })
  readonly name!: string;
  @ApiProperty({
    description:
      'What to publish. MX names the host on which mail is received, SPF the hosts that send: any record counts as seen there.',
  })
  readonly value!: string;
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Whether the DNS answers such a record now. Null: it did not answer.',
  })
  readonly seen!: boolean | null;
}

/** What to publish for the mail of a domain. */
export class MailDomainDto {
  @ApiProperty()
  readonly domain!: string;
  @ApiProperty({ type: [MailRecordDto] })
  readonly records!: readonly MailRecordDto[];
}

export class MailDnsDto {
  @ApiProperty({ type: [MailDomainDto] })
  readonly data!: readonly MailDomainDto[];
}
