import { parseDuration } from '@helpdeskly/config';
import { IntegerField, Nested, TextBy, type Broken } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

const shortestMs = 1000;
const longestMs = 366 * 86_400_000;

function everyRule(text: string): Broken | undefined {
  const ms = parseDuration(text);
  const isRight = ms !== undefined && ms >= shortestMs && ms <= longestMs;
  return isRight ? undefined : ['malformed', 'This is a time from 1s to 366d, such as 24h.'];
}

class BackupKeepInput {
  @IntegerField({ min: 1, max: 999, description: 'Days for which an archive is kept.' })
  readonly daily!: number;

  @IntegerField({ min: 0, max: 999, description: 'Weeks for which the first of a week is kept.' })
  readonly weekly!: number;

  @IntegerField({ min: 0, max: 999, description: 'Months for which the first of a month is kept.' })
  readonly monthly!: number;
}

export class BackupPolicyInput {
  @TextBy(everyRule, {
    max: 12,
    nullable: true,
    example: '24h',
    description: 'The time between two backups. Null: none is made by itself.',
  })
  readonly every!: string | null;

  @Nested(() => BackupKeepInput, { optional: true, description: 'As the installation says unless given.' })
  readonly keep?: BackupKeepInput;
}

class BackupKeepDto {
  @ApiProperty({ type: 'integer' })
  daily!: number;

  @ApiProperty({ type: 'integer' })
  weekly!: number;

  @ApiProperty({ type: 'integer' })
  monthly!: number;
}

/** Its own one, and the installation's where it has none. */
export class BackupPolicyDto {
  @ApiProperty({ type: String, nullable: true, example: '24h', description: 'Null: no backup is made by itself.' })
  every!: string | null;

  @ApiProperty({ type: BackupKeepDto, description: 'For how many days, weeks and months archives are kept.' })
  keep!: BackupKeepDto;
}
