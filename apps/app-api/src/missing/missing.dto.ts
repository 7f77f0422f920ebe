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
  @ApiProperty({ description: 'The value of the field: an id or a tag.' })
  readonly value!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Its present or former name; null if it is unknown.' })
  readonly name!: string | null;
  @ApiProperty({
    enum: MissingReason,
    enumName: 'MissingReason',
    description:
      'DELETED: it no longer exists. DISABLED: the user is disabled. NOT_STAFF: the assignee is a customer or has not accepted the invitation. UNUSED: no ticket carries the tag.',
  })
  readonly reason!: MissingReason;
}

/** Of macros and views. */
export class WithMissing {
  @ApiProperty({ type: [MissingDto], description: 'References to things that are gone. Empty if all of them exist.' })
  readonly missing!: readonly MissingDto[];
}
