import { password } from '../people.js';
import { admins, everybody, staff, type Answers, type Deed } from './deed.js';
import type { Scene } from './scene.js';

const invited = (scene: Scene) => [scene.invited()];
const invitedAgent = (scene: Scene) => [scene.invitedAgent()];

const account: readonly Deed[] = [
  { route: 'GET /auth/me', name: 'see who they are', answers: everybody(200) },
  { route: 'POST /auth/logout', name: 'end their session', ends: 'session', answers: everybody(204) },
  { route: 'POST /auth/mfa/totp', name: 'begin to set up a second factor', answers: everybody(200) },
  {
    route: 'POST /auth/mfa/totp/confirm',
    name: 'confirm it with a wrong code',
    sends: () => ({ code: 'x' }),
    answers: everybody(401),
  },
  {
    route: 'DELETE /auth/mfa/totp',
    name: 'turn their second factor off',
    sends: () => ({ password }),
    answers: everybody(204),
  },
  {
    route: 'DELETE /users/{id}/mfa',
    name: 'turn off the second factor of somebody who has none',
    names: invited,
    answers: admins(404),
  },
  { route: 'GET /auth/sessions', name: 'list their sessions', answers: everybody(200) },
  {
    route: 'DELETE /auth/sessions/{id}',
    name: 'end a session that is not theirs',
    names: () => ['01a1fac5-30c5-7dac-ac30-a758dbba7229'],
    answers: everybody(404),
  },
  {
    route: 'POST /auth/password',
    name: 'change their password',
    sends: () => ({ currentPassword: password, newPassword: password }),
    answers: everybody(204),
  },
];

/** Customers may change what is their own, and see nobody else. */
const staffOrUnseen: Answers = [200, 200, 200, 404, 404, 404, 404];
const adminsOrUnseen: Answers = [200, 403, 403, 404, 404, 404, 404];

const creation = (role: string, answers: Answers): Deed => ({
  route: 'POST /users',
  name: `create one more ${role}`,
  sends: (scene) => ({ email: scene.newEmail(), name: 'x', role }),
  answers,
});

const users: readonly Deed[] = [
  { route: 'GET /users', name: 'list users', answers: staff(200) },
  creation('CUSTOMER', staff(201)),
  creation('AGENT', admins(201)),
  creation('ADMIN', admins(201)),
  {
    route: 'GET /users/{id}',
    name: 'read their own account',
    names: (_scene, { id }) => [id],
    answers: everybody(200),
  },
  {
    route: 'GET /users/{id}',
    name: 'read the account of the customer',
    names: ({ cast }) => [cast.customer.id],
    answers: [200, 200, 200, 200, 404, 404, 404],
  },
  {
    route: 'GET /users/{id}',
    name: 'read the account of the agent',
    names: ({ cast }) => [cast.agent.id],
    answers: [200, 200, 200, 404, 404, 404, 404],
  },
  {
    route: 'PATCH /users/{id}',
    name: 'rename themselves',
    names: (_scene, { id }) => [id],
    sends: (_scene, { name }) => ({ name }),
    answers: admins(200),
  },
  {
    route: 'PATCH /users/{id}',
    name: 'choose the language of their mails',
    names: (_scene, { id }) => [id],
    sends: () => ({ locale: null, timeZone: null }),
    answers: everybody(200),
  },
  {
    route: 'PATCH /users/{id}',
    name: 'choose the language of mails to another customer',
    names: invited,
    sends: () => ({ locale: 'de' }),
    answers: adminsOrUnseen,
  },
  ...Object.entries({ name: 'x', organizationId: null }).map(([field, value]): Deed => ({
    route: 'PATCH /users/{id}',
    name: `correct the ${field} of a customer`,
    names: invited,
    sends: () => ({ [field]: value }),
    answers: staffOrUnseen,
  })),
  {
    route: 'PATCH /users/{id}',
    name: 'correct the email of a customer',
    names: invited,
    sends: (scene) => ({ email: scene.newEmail() }),
    answers: staffOrUnseen,
  },
  ...Object.entries({ role: 'ADMIN', status: 'DISABLED' }).map(([field, value]): Deed => ({
    route: 'PATCH /users/{id}',
    name: `change the ${field} of a customer`,
    names: invited,
    sends: () => ({ [field]: value }),
    answers: adminsOrUnseen,
  })),
  {
    route: 'POST /users/{id}/merge',
    name: 'join two accounts of a customer',
    names: invited,
    sends: async (scene) => ({ intoId: await scene.invitedTwin() }),
    answers: admins(200),
  },
  {
    route: 'PATCH /users/{id}',
    name: 'change the email of an agent',
    names: invitedAgent,
    sends: (scene) => ({ email: scene.newEmail() }),
    answers: adminsOrUnseen,
  },
  {
    route: 'PATCH /users/{id}',
    name: 'make themselves an admin',
    names: (_scene, { id }) => [id],
    sends: () => ({ role: 'ADMIN' }),
    answers: admins(200),
  },
  {
    route: 'PATCH /users/{id}',
    name: 'say that they are away',
    names: (_scene, { id }) => [id],
    sends: () => ({ away: false }),
    answers: staff(200),
  },
  {
    route: 'PATCH /users/{id}',
    name: 'say that another agent is away',
    names: invitedAgent,
    sends: () => ({ away: true }),
    answers: adminsOrUnseen,
  },
  { route: 'DELETE /users/{id}', name: 'disable a customer', names: invited, answers: admins(204) },
  { route: 'DELETE /users/{id}', name: 'disable an agent', names: invitedAgent, answers: admins(204) },
  { route: 'POST /users/{id}/invitation', name: 'invite a customer', names: invited, answers: staff(201) },
  { route: 'POST /users/{id}/invitation', name: 'invite an agent', names: invitedAgent, answers: admins(201) },
  {
    route: 'POST /users/{id}/invitation',
    name: 'reset the password of an admin',
    names: ({ cast }) => [cast.admin.id],
    answers: admins(201),
  },
];

const personalData: readonly Deed[] = [
  { route: 'POST /users/{id}/export', name: 'export a customer', names: invited, answers: admins(200) },
  { route: 'POST /users/{id}/export', name: 'export an agent', names: invitedAgent, answers: admins(200) },
  {
    route: 'POST /users/{id}/export',
    name: 'export themselves',
    names: (_scene, { id }) => [id],
    answers: admins(200),
  },
  { route: 'POST /users/{id}/anonymize', name: 'anonymize a customer', names: invited, answers: admins(200) },
  { route: 'POST /users/{id}/anonymize', name: 'anonymize an agent', names: invitedAgent, answers: admins(200) },
  {
    route: 'POST /users/{id}/anonymize',
    name: 'see what anonymizing a customer would change',
    names: invited,
    sends: () => ({ dryRun: true }),
    answers: admins(200),
  },
  {
    route: 'POST /users/{id}/anonymize',
    name: 'anonymize themselves, being the last admin or none',
    names: (_scene, { id }) => [id],
    answers: admins(409),
  },
];

const groups: readonly Deed[] = [
  { route: 'GET /groups', name: 'list groups', answers: staff(200) },
  { route: 'POST /groups', name: 'make a group', sends: (scene) => ({ name: scene.newName() }), answers: admins(201) },
  { route: 'GET /groups/{id}', name: 'read a group', names: (scene) => [scene.group()], answers: staff(200) },
  {
    route: 'PATCH /groups/{id}',
    name: 'rename a group',
    names: (scene) => [scene.group()],
    sends: (scene) => ({ name: scene.newName() }),
    answers: admins(200),
  },
  {
    route: 'PATCH /groups/{id}',
    name: 'rename the group of the agent',
    names: (scene) => [scene.team()],
    sends: (scene) => ({ name: scene.newName() }),
    answers: admins(200),
  },
  { route: 'DELETE /groups/{id}', name: 'delete a group', names: (scene) => [scene.group()], answers: admins(204) },
  {
    route: 'GET /groups/{id}/members',
    name: 'list the members of a group',
    names: (scene) => [scene.team()],
    answers: staff(200),
  },
  {
    route: 'PUT /groups/{id}/members/{userId}',
    name: 'take an agent into a group',
    names: (scene) => [scene.group(), scene.cast.agent.id],
    answers: admins(204),
  },
  {
    route: 'DELETE /groups/{id}/members/{userId}',
    name: 'take the agent out of a group',
    names: (scene) => [scene.team(), scene.cast.agent.id],
    answers: admins(204),
  },
];

const organizations: readonly Deed[] = [
  { route: 'GET /organizations', name: 'list organizations', answers: staff(200) },
  {
    route: 'POST /organizations',
    name: 'make an organization',
    sends: (scene) => ({ name: scene.newName() }),
    answers: staff(201),
  },
  {
    route: 'GET /organizations/{id}',
    name: 'read an organization',
    names: (scene) => [scene.organization()],
    answers: staff(200),
  },
  {
    route: 'GET /organizations/{id}',
    name: 'read the organization of the customer',
    names: ({ cast }) => [cast.organization],
    answers: staff(200),
  },
  {
    route: 'PATCH /organizations/{id}',
    name: 'share an organization',
    names: (scene) => [scene.organization()],
    sends: () => ({ shared: true }),
    answers: admins(200),
  },
  {
    route: 'DELETE /organizations/{id}',
    name: 'delete an organization',
    names: (scene) => [scene.organization()],
    answers: admins(204),
  },
];

export const peopleDeeds: readonly Deed[] = [...account, ...users, ...personalData, ...groups, ...organizations];
