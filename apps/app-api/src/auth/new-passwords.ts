import { assertHardToGuess, Passwords } from '@helpdeskly/auth';
import { TenantCatalog } from '@helpdeskly/catalog';
import { TenantContext } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';

/** Passwords that a tenant's users choose. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly context: TenantContext,
    private readonly catalog: TenantCatalog,
    private readonly passwords: Passwords,
  ) {}

  /** Throws ValidationFailed, on `field`, for a password that is easily guessed. */
  async assertHardToGuess(
    password: string,
    { email, name }: Pick<User, 'email' | 'name'>,
    field = 'password',
  ): Promise<void> {
    const { id, slug } = this.context.current.tenant;
    const tenantName = await this.catalog.nameOf(id);
    assertHardToGuess(
      password,
      { email, name, places: [slug, ...(tenantName === undefined ? [] : [tenantName])] },
      field,
    );
  }

  /** The hash of a password that was chosen for an account. Throws as assertHardToGuess does. */
  async hash(password: string, owner: Pick<User, 'email' | 'name'>): Promise<string> {
    await this.assertHardToGuess(password, owner);
    return this.passwords.hash(password);
  }
}
