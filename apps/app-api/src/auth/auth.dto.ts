import { EmailField, NewPassword, SessionCookie, Text, TriedPassword } from '@helpdeskly/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { UserDto } from '../user-core/user.dto.js';

export class LoginDto {
  @EmailField()
  readonly email!: string;

  @TriedPassword()
  readonly password!: string;
}

export class RefreshDto {
  @Text({ max: 4096, optional: true, description: 'Absent when the cookie holds it (`X-Session: cookie`).' })
  readonly refreshToken?: string;
}

export class AcceptInvitationDto {
  @Text({ max: 4096 })
  readonly token!: string;

  @NewPassword()
  readonly password!: string;

  @Text({ max: 200, optional: true })
  readonly name?: string;
}

export class ResetPasswordDto {
  @EmailField()
  readonly email!: string;
}

/** The same for every address. */
export class PasswordResetDto {
  @ApiProperty({ description: 'Always true.' })
  readonly requested!: boolean;
}

export class ChangePasswordDto {
  @TriedPassword()
  readonly currentPassword!: string;

  @NewPassword()
  readonly newPassword!: string;
}

/** Holds the refresh token of a browser. */
export const userCookie = new SessionCookie('helpdeskly_session');

export class SignedInDto {
  @ApiProperty({ enum: ['Bearer'] })
  readonly tokenType!: 'Bearer';

  @ApiProperty({ description: 'A JWT for the Authorization header.' })
  readonly accessToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  readonly expiresIn!: number;

  @ApiPropertyOptional({
    description:
      'It works once; each refresh answers the next one. Absent with `X-Session: cookie`: the cookie holds it.',
  })
  readonly refreshToken?: string;

  @ApiProperty({ type: 'integer', description: 'In seconds. A session also ends after 24 hours without use.' })
  readonly refreshExpiresIn!: number;

  @ApiProperty({ type: () => UserDto })
  readonly user!: UserDto;
}

export class JwksDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  readonly keys!: readonly Record<string, unknown>[];
}
