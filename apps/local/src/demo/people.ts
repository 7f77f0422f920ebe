import type { DemoUser } from '../runtime.js';

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly role: DemoUser['role'];
}

const agents = ['Ben Okafor', 'Chiara Romano', 'Dmitri Volkov', 'Emma Lindqvist', 'Farid Haddad'];
const customers = [
  'Grace Nakamura',
  'Hugo Martin',
  'Ines Costa',
  'Jonas Weber',
  'Kavya Rao',
  'Liam Byrne',
  'Mei Chen',
  'Noah Jensen',
  'Olga Petrova',
  'Pedro Alvarez',
  'Quinn Baker',
  'Rosa Marino',
  'Samir Aziz',
  'Tara Singh',
  'Uwe Schneider',
  'Vera Novak',
  'Willem de Vries',
  'Ximena Torres',
  'Yusuf Demir',
  'Zoe Laurent',
  'Aiko Mori',
  'Bruno Silva',
  'Clara Fischer',
  'Dylan Hughes',
];

const address = (name: string, domain: string) => `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@${domain}`;

export const admin: Person = { name: 'Ada Thornton', email: 'ada.thornton@acme.example', role: 'ADMIN' };

/** The admin first, then agents, then customers. */
export const people: readonly Person[] = [
  admin,
  ...agents.map((name): Person => ({ name, email: address(name, 'acme.example'), role: 'AGENT' })),
  ...customers.map((name, index): Person => ({
    name,
    email: address(name, ['mail.example', 'post.example', 'inbox.example'][index % 3] ?? 'mail.example'),
    role: 'CUSTOMER',
  })),
];
