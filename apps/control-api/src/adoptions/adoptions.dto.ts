import { Text, TextBy, UuidField } from '@helpdeskly/http';
import { slugRule, slugSchema } from '../tenants/tenants.dto.js';

export class AdoptTenantDto {
  @UuidField({ description: 'The database server that has it: `serverId` of the finding.' })
  readonly serverId!: string;

  @Text({ max: 63, example: 't_0198c0de000070008000000000000000', description: '`subject` of the finding.' })
  readonly databaseName!: string;

  @TextBy(slugRule, {
    max: 50,
    schema: slugSchema,
    example: 'acme',
    description:
      'The subdomain that it had. If the catalog knows the tenant, it must be the one that the catalog says.',
  })
  readonly slug!: string;

  @Text({ max: 200, example: 'Acme Inc.' })
  readonly name!: string;

  @Text({
    max: 50,
    optional: true,
    description: 'The name of a plan; the default is standard. A tenant that the catalog knows keeps its plan.',
  })
  readonly plan?: string;
}
