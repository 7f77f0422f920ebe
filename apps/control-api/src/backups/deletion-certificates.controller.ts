import { ApiAnswer, ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeletionCertificateDto, ListDeletionsQuery, PurgedTenantDto } from './deletion-certificate.dto.js';
import { DeletionCertificates } from './deletion-certificates.service.js';

@ApiTags('backups')
@Controller('deletion-certificates')
export class DeletionCertificatesController {
  constructor(private readonly certificates: DeletionCertificates) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List purged tenants',
    description:
      'Each with the id by which its deletion is certified. Newest first unless `sort` says otherwise. Several may have had the same slug, one after the other.',
  })
  @ApiPage(PurgedTenantDto)
  list(@Query() query: ListDeletionsQuery): Promise<Page<PurgedTenantDto>> {
    return this.certificates.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Certify the deletion of a tenant',
    description:
      'By the id that a purged tenant had: what was deleted and when, and which archives are left until when. Archives expire by themselves, and with the last one their key is destroyed.',
  })
  @ApiAnswer(200, DeletionCertificateDto)
  find(@Param('id') id: string): Promise<DeletionCertificateDto> {
    return this.certificates.issue(id);
  }
}
