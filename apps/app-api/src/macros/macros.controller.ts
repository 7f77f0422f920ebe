import {
  type Actor,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  NoKeys,
  type Page,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { ListByNameDto } from '../naming/list-by-name.dto.js';
import { ChangeMacroDto, CreateMacroDto, MacroDto } from './macros.dto.js';
import { Macros } from './macros.service.js';

@ApiTags('macros')
@Controller('macros')
export class MacrosController {
  constructor(private readonly macros: Macros) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'List macros', description: 'Lists shared macros and your own, by name.' })
  @ApiPage(MacroDto)
  list(@CurrentActor() actor: Actor, @Query() query: ListByNameDto): Promise<Page<MacroDto>> {
    return this.macros.list(actor, query);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @Idempotent()
  @LocationOf((macro: MacroDto) => `/macros/${macro.id}`)
  @ApiOperation({
    summary: 'Create a macro',
    description: 'Only admins create shared macros. There can be 500 shared macros, and 500 for each person.',
  })
  @ApiAnswer(201, MacroDto)
  @ApiProblems('limit_reached')
  create(@CurrentActor() actor: Actor, @Body() input: CreateMacroDto): Promise<MacroDto> {
    return this.macros.create(actor, input);
  }

  @Get(':id')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Read a macro', description: 'Staff can read shared macros and their own.' })
  @ApiAnswer(200, MacroDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<MacroDto> {
    return this.macros.find(actor, id);
  }

  @Patch(':id')
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @ApiOperation({
    summary: 'Change a macro',
    description: 'Admins manage shared ones; personal ones belong to their owner.',
  })
  @ApiAnswer(200, MacroDto)
  change(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeMacroDto,
    @IfMatch() version?: number,
  ): Promise<MacroDto> {
    return this.macros.change(actor, id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a macro',
    description: 'Admins manage shared ones; personal ones belong to their owner.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.macros.remove(actor, id, version);
  }
}
