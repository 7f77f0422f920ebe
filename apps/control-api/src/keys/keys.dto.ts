import { SigningPurpose } from '@helpdeskly/catalog';
import { FlagField, OneOf } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

const encryptionKeyStates = ['STANDBY', 'SEALING', 'SUPERSEDED', 'RETIRED'] as const;
export type EncryptionKeyState = (typeof encryptionKeyStates)[number];

const signingKeyStates = ['ACTIVE', 'RETIRING', 'RETIRED'] as const;
export type SigningKeyState = (typeof signingKeyStates)[number];

/** An encryption key's id; never the key. */
export class EncryptionKeyDto {
  @ApiProperty({ example: '2026-11' })
  id!: string;

  @ApiProperty({
    enum: encryptionKeyStates,
    enumName: 'EncryptionKeyState',
    description:
      'SEALING: new secrets are encrypted with it. SUPERSEDED: its secrets are being encrypted with the newest key. STANDBY: it decrypts, but was never the first key. RETIRED: it was removed from ENCRYPTION_KEYS.',
  })
  state!: EncryptionKeyState;

  @ApiProperty({
    type: 'integer',
    description: 'How many secrets it still encrypts. At 0 you can remove it from ENCRYPTION_KEYS.',
  })
  secrets!: number;

  @ApiProperty({ description: 'Whether the answering process has it in ENCRYPTION_KEYS.' })
  loaded!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sealingSince!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  retiredAt!: string | null;
}

/** A key pair that signs access tokens. */
export class SigningKeyDto {
  @ApiProperty({ format: 'uuid' })
  kid!: string;

  @ApiProperty({ enum: SigningPurpose, enumName: 'SigningPurpose', description: 'Whose tokens it signs.' })
  purpose!: SigningPurpose;

  @ApiProperty({
    enum: signingKeyStates,
    enumName: 'SigningKeyState',
    description:
      'RETIRING: it signs no new tokens, and its tokens are valid until they expire. RETIRED: its tokens are invalid; it is removed within a day.',
  })
  state!: SigningKeyState;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last token that it signed expires.',
  })
  notAfter!: string | null;
}

/** The keys of the installation. */
export class KeysDto {
  @ApiProperty({ type: [EncryptionKeyDto], description: 'The newest first.' })
  encryption!: EncryptionKeyDto[];

  @ApiProperty({ type: [SigningKeyDto], description: 'The newest first.' })
  signing!: SigningKeyDto[];
}

export class RotateSigningKeysDto {
  @OneOf(SigningPurpose, {
    name: 'SigningPurpose',
    optional: true,
    description: 'Which API’s keys; the default is both.',
  })
  readonly purpose?: SigningPurpose;

  @FlagField({
    optional: true,
    description:
      'Retires the former keys at once and ends every access token of theirs. Use it for a key that has leaked.',
  })
  readonly revoke?: boolean;
}
