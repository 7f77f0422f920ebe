import { EmailField, PageQuery } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class ListUndeliverableDto extends PageQuery {
  @EmailField({ optional: true, description: 'Only this address.' })
  readonly address?: string;
}

/** An address to which nothing leaves: a mail to it came back for good. */
export class UndeliverableDto {
  @ApiProperty({ description: 'In lower case.' })
  readonly address!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The status code of the mail that came back (RFC 3463).' })
  readonly code!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user whose address it is, if any.' })
  readonly userId!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
