#!/usr/bin/env bash
# otpauth 9.5.2 (time-based one-time passwords, RFC 6238).
#
# `TOTP.validate` answers null for a wrong token, says its documentation, and so it does for one of another length. But for six
# characters that take more than one byte each it throws: it compares the bytes of both with crypto.timingSafeEqual. Keyboards
# of East Asia type such digits. Whoever takes tokens from people must bring them to ASCII first, or one of them is answered by
# an internal error.
#
# Seen:
#   right: 0
#   wrong: null
#   too short: null
#   wide digits: RangeError ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --no-audit --no-fund --silent otpauth@9.5.2

cat > try.mjs <<'JS'
import { Secret, TOTP } from 'otpauth';

const totp = new TOTP({ secret: Secret.fromLatin1('12345678901234567890') });
const timestamp = 1111111111000; // Appendix B of RFC 6238: 14050471, here its last six digits.
const validate = (token) => {
  try {
    return totp.validate({ token, timestamp });
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};
console.log(`right: ${validate('050471')}`);
console.log(`wrong: ${validate('050472')}`);
console.log(`too short: ${validate('50471')}`);
console.log(`wide digits: ${validate('０５０４７１')}`);
JS

seen=$(node try.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'right: 0
wrong: null
too short: null
wide digits: RangeError ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' ]
