import { AcceptedWork, Readiness } from '@helpdeskly/service';
import { Controller, type DynamicModule, Get, Inject, Module, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access.js';

/** Rejects if the part is down. */
export type HealthCheck = () => Promise<unknown>;

/** What an app checks before it reports that it is ready; the names contain no hosts or tenants. */
export abstract class HealthChecks {
  abstract readonly service: string;
  abstract readonly version: string;
  abstract readonly checks: Readonly<Record<string, HealthCheck>>;
  /** What operators should know although it serves: sentences without hosts, tenants or secrets. */
  readonly notices?: readonly string[];
}

const patienceMs = 2000;

class HealthDto {
  @ApiProperty({ enum: ['UP', 'DOWN'] })
  readonly status!: 'UP' | 'DOWN';
  @ApiProperty()
  readonly service!: string;
  @ApiProperty()
  readonly version!: string;
  @ApiProperty({ format: 'date-time' })
  readonly timestamp!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string', enum: ['UP', 'DOWN'] } })
  readonly checks!: Record<string, 'UP' | 'DOWN'>;
  @ApiPropertyOptional({
    type: [String],
    description: 'Notices for operators while the service is up; absent if there are none.',
  })
  readonly notices?: readonly string[];
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthChecks) private readonly health: HealthChecks,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({
    summary: 'Check that the process runs',
    description: 'Answers UP as long as the process can answer. It looks at nothing else.',
  })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    const { notices: _, ...report } = this.report({});
    return { ...report, status: 'UP' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Check that the service can serve',
    description: 'Answers UP when every part that the service needs is up and it is not shutting down.',
  })
  @ApiOkResponse({ type: HealthDto })
  @ApiResponse({ status: 503, type: HealthDto, description: 'A part is down, or the process is shutting down.' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    return this.check(reply);
  }

  @Get()
  @Public()
  @ApiOperation({ summary: 'Check that the service can serve', description: 'The same as /health/ready.' })
  @ApiOkResponse({ type: HealthDto })
  @ApiResponse({ status: 503, type: HealthDto, description: 'A part is down, or the process is shutting down.' })
  overall(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    return this.check(reply);
  }

  private async check(reply: FastifyReply): Promise<HealthDto> {
    const report = this.report(await outcomes(this.health));
    if (report.status === 'DOWN') reply.answerStatus = 503;
    return report;
  }

  private report(checks: Record<string, 'UP' | 'DOWN'>): HealthDto {
    const up = !this.readiness.draining && Object.values(checks).every((state) => state === 'UP');
    const { service, version, notices = [] } = this.health;
    return {
      status: up ? 'UP' : 'DOWN',
      service,
      version,
      timestamp: new Date().toISOString(),
      checks,
      ...(notices.length === 0 ? {} : { notices }),
    };
  }
}

/** Checks every part, and waits for each for a reasonable time. */
export async function outcomes({ checks }: HealthChecks): Promise<Record<string, 'UP' | 'DOWN'>> {
  const asked = Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

async function outcome(check: HealthCheck): Promise<'UP' | 'DOWN'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'DOWN'>((resolve) => (timer = setTimeout(() => resolve('DOWN'), patienceMs)));
  const answer = check().then(
    () => 'UP' as const,
    () => 'DOWN' as const,
  );
  const state = await Promise.race([answer, late]);
  clearTimeout(timer);
  return state;
}

/** Health outside of /api/v1. */
@Module({})
export class HealthModule {
  static forRoot(): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [Readiness, AcceptedWork],
      exports: [Readiness, AcceptedWork],
      global: true,
    };
  }
}
