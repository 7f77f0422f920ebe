import { EmailField, NewPassword, Text, TriedPassword } from '@helpdeskly/http';

export class LoginDto {
  @EmailField()
  readonly email!: string;

  @TriedPassword()
  readonly password!: string;
}

export class RefreshDto {
  @Text({ max: 1024, optional: true, description: 'Absent when the cookie holds it (`X-Session: cookie`).' })
  readonly refreshToken?: string;
}

export class AcceptInvitationDto {
  @Text({ max: 4096 })
  readonly token!: string;

  @NewPassword()
  readonly password!: string;
}

export class ChangePasswordDto {
  @TriedPassword()
  readonly currentPassword!: string;

  @NewPassword()
  readonly newPassword!: string;
}
