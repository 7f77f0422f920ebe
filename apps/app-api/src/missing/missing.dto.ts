import { ApiProperty } from '@nestjs/swagger';

export const MissingReason = {
  DELETED: 'DELETED',
  DISABLED: 'DISABLED',
  NOT_STAFF: 'NOT_STAFF',
  UNUSED: 'UNUSED',
} as const;

export type MissingReason = keyof typeof MissingReason;

/** Something that a macro or a view names, and that is not there as it was. */
export class MissingDto {
  @ApiProperty({ example: 'changes.groupId' })
  readonly field!: string;
  @ApiProperty({ description: 'What the field holds: an id, or a tag.' })
  readonly value!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What it is, or was, called; null when nothing is known.' })
  readonly name!: string | null;
  @ApiProperty({
    enum: MissingReason,
    enumName: 'MissingReason',
    description:
      'DELETED; DISABLED, of a user; NOT_STAFF, of an assignee who is a customer or has not accepted the invitation; UNUSED, of a tag that no ticket carries.',
  })
  readonly reason!: MissingReason;
}

/** Of macros and views. */
export class WithMissing {
  @ApiProperty({ type: [MissingDto], description: 'What it names and is gone. Empty when all of it is there.' })
  readonly missing!: readonly MissingDto[];
}
