import { Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class AttachmentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly fileName!: string;
  @ApiProperty({
    example: 'image/png',
    description: 'By the bytes, whatever the client said: text/plain for what is UTF-8, else application/octet-stream.',
  })
  readonly contentType!: string;
  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  readonly size!: number;
  @ApiProperty({ pattern: '^[0-9a-f]{64}$' })
  readonly sha256!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null until a comment names it.' })
  readonly commentId!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class AttachmentLinkDto {
  @ApiProperty({ format: 'uri', description: 'Where the bytes are. It needs no token: whoever has it may read them.' })
  readonly url!: string;
  @ApiProperty({ format: 'date-time', description: 'A minute from now.' })
  readonly expiresAt!: string;
}

export class LinkQueryDto {
  @Text({ max: 12, pattern: /^\d+$/, description: 'When the link expires, in seconds since 1970.' })
  readonly expires!: string;

  @Text({ max: 100 })
  readonly signature!: string;
}
