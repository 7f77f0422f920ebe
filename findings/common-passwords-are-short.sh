#!/usr/bin/env bash
# @zxcvbn-ts/language-common 4.1.3: its list of passwords is ordered by how common they are, and has 49,233 of them. With a least
# length of 12, "none of the 10,000 commonest" refuses next to nothing: 25 of the first 10,000 are that long, 308 of all. A rule
# that shall bind where passwords are long has to look at common ones with something added, and at runs and repetitions.
#
# Seen:
#   49233 passwords, the first: 123456 password 12345678
#   of the first 10000, 25 have 12 characters or more
#   of all, 308 have 12 characters or more
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --silent @zxcvbn-ts/language-common@4.1.3
cat > try.mjs <<'JS'
import * as common from '@zxcvbn-ts/language-common';
const { dictionary } = common.default ?? common;
const passwords = dictionary['passwords-common'] ?? dictionary.passwords;
const long = (list) => list.filter((each) => [...each].length >= 12).length;
console.log(`${passwords.length} passwords, the first: ${passwords.slice(0, 3).join(' ')}`);
console.log(`of the first 10000, ${long(passwords.slice(0, 10_000))} have 12 characters or more`);
console.log(`of all, ${long(passwords)} have 12 characters or more`);
JS
seen=$(node try.mjs)
printf '%s\n' "$seen"
[ "$seen" = '49233 passwords, the first: 123456 password 12345678
of the first 10000, 25 have 12 characters or more
of all, 308 have 12 characters or more' ]
