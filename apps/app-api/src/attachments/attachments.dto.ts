import { Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class AttachmentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly fileName!: string;
  @ApiProperty({
    example: 'image/png',
    description:
      'Detected from the bytes, whatever the client sent. UTF-8 is text/plain; unknown bytes are application/octet-stream.',
  })
  readonly contentType!: string;
  @ApiProperty({ type: 'integer', description: 'In bytes.' })
  readonly size!: number;
  @ApiProperty({ pattern: '^[0-9a-f]{64}$' })
  readonly sha256!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null until a comment takes the file.' })
  readonly commentId!: string | null;
  @ApiProperty({ description: "True for an image that a mail's `bodyHtml` shows as `attachment:<id>`." })
  readonly inline!: boolean;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class AttachmentLinkDto {
  @ApiProperty({
    format: 'uri',
    description: 'The address of the bytes. Anyone who has this link can read the file without a token.',
  })
  readonly url!: string;
  @ApiProperty({ format: 'date-time', description: 'One minute after the answer.' })
  readonly expiresAt!: string;
}

export class LinkQueryDto {
  @Text({ max: 12, pattern: /^\d+$/, description: 'When the link expires, in seconds since 1970.' })
  readonly expires!: string;

  @Text({ max: 100 })
  readonly signature!: string;
}
