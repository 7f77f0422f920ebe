import { EmailField, NewPassword, Text, TriedPassword } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { UserDto } from '../user-core/user.dto.js';

export class LoginDto {
  @EmailField()
  readonly email!: string;

  @TriedPassword()
  readonly password!: string;
}

export class RefreshDto {
  @Text({ max: 4096 })
  readonly refreshToken!: string;
}

export class AcceptInvitationDto {
  @Text({ max: 4096 })
  readonly token!: string;

  @NewPassword()
  readonly password!: string;

  @Text({ max: 200, optional: true })
  readonly name?: string;
}

export class ChangePasswordDto {
  @TriedPassword()
  readonly currentPassword!: string;

  @NewPassword()
  readonly newPassword!: string;
}

export class SignedInDto {
  @ApiProperty({ enum: ['Bearer'] })
  readonly tokenType!: 'Bearer';

  @ApiProperty({ description: 'A JWT for the Authorization header.' })
  readonly accessToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  readonly expiresIn!: number;

  @ApiProperty({ description: 'It works once; each refresh answers the next one.' })
  readonly refreshToken!: string;

  @ApiProperty({ type: 'integer', description: 'In seconds. A session also ends after 24 hours without use.' })
  readonly refreshExpiresIn!: number;

  @ApiProperty({ type: () => UserDto })
  readonly user!: UserDto;
}

export class JwksDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  readonly keys!: readonly Record<string, unknown>[];
}
