import { MailVerdict } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';

/** Where a comment or a ticket comes from that came by mail. */
export class MailDto {
  @ApiProperty({ type: String, nullable: true, description: 'The address in From. Null if there was none.' })
  readonly from!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The Message-ID without its angle brackets.' })
  readonly messageId!: string | null;
  @ApiProperty({
    enum: MailVerdict,
    enumName: 'MailVerdict',
    nullable: true,
    description:
      'DMARC: PASS if SPF or DKIM passes for the domain of From; FAIL if neither does, although the domain has a policy; else NONE.',
  })
  readonly authentication!: MailVerdict | null;
  @ApiProperty({
    description:
      'Whether the author is known to have written the mail: by PASS or, for customers, by their own reply address. If false, anybody may have written it.',
  })
  readonly verified!: boolean;
  @ApiProperty({ type: String, nullable: true })
  readonly subject!: string | null;
}
