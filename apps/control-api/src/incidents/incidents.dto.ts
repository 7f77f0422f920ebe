import { PageQuery, QueryChoice } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { kindNames, severities, type IncidentKind, type Severity } from './incident-kinds.js';

export class IncidentDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: kindNames, enumName: 'IncidentKind' })
  kind!: string;

  @ApiProperty({ enum: severities, enumName: 'IncidentSeverity' })
  severity!: string;

  @ApiProperty({ type: String, nullable: true, example: 'acme' })
  tenantSlug!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  serverId!: string | null;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is open.' })
  resolvedAt!: string | null;

  @ApiProperty({ description: 'What is wrong.' })
  message!: string;

  @ApiProperty({ description: 'What to do about it.' })
  remedy!: string;
}

export class IncidentsQuery extends PageQuery {
  @QueryChoice(['open', 'resolved'], { description: 'Both unless given. Resolved ones are kept for 30 days.' })
  readonly state?: 'open' | 'resolved';

  @QueryChoice(kindNames)
  readonly kind?: IncidentKind;

  @QueryChoice(severities)
  readonly severity?: Severity;
}
