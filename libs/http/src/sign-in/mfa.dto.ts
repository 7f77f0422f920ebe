import { ApiProperty } from '@nestjs/swagger';
import { Text, TriedPassword } from '../input/fields.js';

const longestCode = 64;

/** The answer to a right password that a code must follow. */
export class MfaChallengeDto {
  @ApiProperty({ enum: [true] })
  readonly mfaRequired!: true;

  @ApiProperty({ description: 'For `POST /auth/mfa/verify`; good for five tries.' })
  readonly mfaToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  readonly expiresIn!: number;
}

export class VerifyMfaDto {
  @Text({ max: 1024 })
  readonly mfaToken!: string;

  @Text({
    max: longestCode,
    description: 'Six digits of the app, or a recovery code. Each works once.',
    example: '123456',
  })
  readonly code!: string;
}

export class MfaSecretDto {
  @ApiProperty({ description: 'The secret in base32, for apps without a camera. It is shown only in this answer.' })
  readonly secret!: string;

  @ApiProperty({ description: 'The same as a URL, for a QR code.' })
  readonly otpauthUrl!: string;
}

export class ConfirmMfaDto {
  @Text({ max: longestCode, description: 'Six digits of the app.', example: '123456' })
  readonly code!: string;
}

export class RecoveryCodesDto {
  @ApiProperty({
    type: [String],
    minItems: 10,
    maxItems: 10,
    description: 'Each replaces a code of the app once. They are shown only in this answer.',
  })
  readonly recoveryCodes!: readonly string[];
}

export class TurnOffMfaDto {
  @TriedPassword()
  readonly password!: string;
}
