import { OperatorRole } from '@helpdeskly/catalog';
import { SessionCookie } from '@helpdeskly/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OperatorDto } from '../operators/operator.dto.js';

/** Browsers send cookies to every port of a host, so the app API's cookie has another name. */
export const operatorCookie = new SessionCookie('helpdeskly_operator_session');

export class SessionDto {
  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({ description: 'A JWT.' })
  accessToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  expiresIn!: number;

  @ApiPropertyOptional({
    description:
      'It works once; each refresh answers the next one. Absent with `X-Session: cookie`: the cookie holds it.',
  })
  refreshToken?: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  refreshExpiresIn!: number;

  @ApiProperty({ type: OperatorDto })
  user!: OperatorDto;
}

/** The caller: an operator, or a program with its API key. */
export class CallerDto {
  @ApiProperty({ enum: ['OPERATOR', 'API_KEY'] })
  kind!: 'OPERATOR' | 'API_KEY';

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'idn-email', nullable: true, description: 'An API key has none.' })
  email!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: OperatorRole, enumName: 'OperatorRole' })
  role!: OperatorRole;
}
