import { ApiAnswer, ApiPage, ApiProblems, Idempotent, IfMatch, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { ChangePlanDto, CreatePlanDto, ListPlansQuery, PlanDto } from './plan.dto.js';
import { Plans } from './plans.service.js';

@ApiTags('plans')
@Controller('plans')
export class PlansController {
  constructor(private readonly plans: Plans) {}

  @Post()
  @Roles('OWNER')
  @Idempotent()
  @LocationOf((plan: PlanDto) => `/plans/${plan.id}`)
  @ApiOperation({
    summary: 'Add a plan',
    description: 'A limit that is not given, or null, is the default of the installation.',
  })
  @ApiAnswer(201, PlanDto)
  @ApiProblems('name_taken')
  create(@RequestOrigin() origin: Origin, @Body() input: CreatePlanDto): Promise<PlanDto> {
    return this.plans.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List plans', description: 'Each with its limits and the number of its tenants.' })
  @ApiPage(PlanDto)
  list(@Query() query: ListPlansQuery): Promise<Page<PlanDto>> {
    return this.plans.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a plan',
    description: 'Answers its limits, its features and the number of its tenants.',
  })
  @ApiAnswer(200, PlanDto)
  find(@Param('id') id: string): Promise<PlanDto> {
    return this.plans.find(id);
  }

  @Patch(':id')
  @Roles('OWNER')
  @ApiOperation({
    summary: 'Change a plan',
    description:
      'New limits count at once, for every tenant of the plan that has no limit of its own. A new name is the new `plan` of its tenants.',
  })
  @ApiAnswer(200, PlanDto)
  @ApiProblems('name_taken', 'plan_in_use')
  change(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @Body() input: ChangePlanDto,
    @IfMatch() version: number | undefined,
  ): Promise<PlanDto> {
    return this.plans.change(origin, id, input, version);
  }

  @Delete(':id')
  @Roles('OWNER')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a plan',
    description: 'Only a plan that no tenant has. The plan standard stays: it is that of tenants that name none.',
  })
  @ApiNoContentResponse()
  @ApiProblems('plan_in_use')
  delete(
    @RequestOrigin() origin: Origin,
    @Param('id') id: string,
    @IfMatch() version: number | undefined,
  ): Promise<void> {
    return this.plans.delete(origin, id, version);
  }
}
