#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A PIV card (NIST SP 800-73) without hardware, for the reader of vsmartcard-vpcd.

Usage: pivcard.py DIRECTORY [PORT]

Inserted while the process runs, removed when it ends. The card itself is the directory: its keys and certificates, made
at the first start by the openssl command; `tries`, how many wrong PINs are left; `log`, a line for each PIN that was
tried and for each use of a key.

Keys: EC P-256 in 9A (signs), RSA-2048 in 9C (signs, a PIN each time), EC P-256 in 9D (agrees). The PIN is 123456.
The ATR is that of a card for which OpenSC offers EC as well (doc/facts/smartcard.md, D.49)."""
import hashlib
import os
import socket
import struct
import subprocess
import sys

PIN = b'123456'
TRIES = 3
ATR = bytes.fromhex('3bf81300008131fe15597562696b657934d4')
AID = bytes.fromhex('a000000308')

OK = b'\x90\x00'
BLOCKED = b'\x69\x83'
NO_PIN = b'\x69\x82'
WRONG_DATA = b'\x6a\x80'
NOT_FOUND = b'\x6a\x82'
NO_SUCH_KEY = b'\x6a\x86'
NO_SUCH_INSTRUCTION = b'\x6d\x00'

SPKI_P256 = bytes.fromhex('3059301306072a8648ce3d020106082a8648ce3d030107034200')
EC_KEY = ['ecparam', '-name', 'prime256v1', '-genkey', '-noout']
SLOTS = {0x9a: ('5fc105', EC_KEY), 0x9c: ('5fc10a', ['genrsa', '2048']), 0x9d: ('5fc10b', EC_KEY)}


def tlv(tag, value):
    """Tag in hexadecimal, length, value."""
    size = len(value)
    if size < 128:
        length = bytes([size])
    elif size < 256:
        length = b'\x81' + bytes([size])
    else:
        length = b'\x82' + struct.pack('>H', size)
    return bytes.fromhex(tag) + length + value


def values(data):
    """The values of one-byte tags."""
    found, at = {}, 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size > 128:
            count = size - 128
            size = int.from_bytes(data[at:at + count], 'big')
            at += count
        found[tag] = data[at:at + size]
        at += size
    return found


class Card:
    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        if not os.path.exists(self.path('tries')):
            self.tries = TRIES
        self.objects = self.make_objects()
        self.power_off()

    def path(self, name):
        return os.path.join(self.directory, name)

    def log(self, line):
        with open(self.path('log'), 'a', encoding='ascii') as file:
            file.write(line + '\n')

    @property
    def tries(self):
        with open(self.path('tries'), encoding='ascii') as file:
            return int(file.read())

    @tries.setter
    def tries(self, count):
        with open(self.path('tries'), 'w', encoding='ascii') as file:
            file.write(str(count))

    # --- keys and objects ---

    def openssl(self, *arguments, data=b''):
        return subprocess.run(['openssl', *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True).stdout

    def key(self, slot):
        return self.path(f'{slot:02x}.pem')

    def certificate(self, slot):
        """Self-signed; the DER."""
        path = self.path(f'{slot:02x}.der')
        if not os.path.exists(path):
            with open(self.key(slot), 'wb') as file:
                file.write(self.openssl(*SLOTS[slot][1]))
            self.openssl('req', '-x509', '-new', '-key', self.key(slot), '-subj', f'/CN=Key {slot:02X}',
                         '-days', '3650', '-outform', 'DER', '-out', path)
        with open(path, 'rb') as file:
            return file.read()

    def make_objects(self):
        guid = hashlib.sha256(self.directory.encode()).digest()[:16]
        fascn = bytes.fromhex('d4e739da739ced39ce739d836858210842108421c84210c3eb')
        objects = {
            '5fc102': tlv('53', tlv('30', fascn) + tlv('34', guid) + tlv('35', b'20401231') + tlv('3e', b'') +
                          tlv('fe', b'')),
            '5fc107': tlv('53', tlv('f0', bytes.fromhex('a000000116ff02' + '00' * 14)) + tlv('f1', b'\x21') +
                          tlv('f2', b'\x21') + tlv('f3', b'') + tlv('f4', b'\0') + tlv('f5', b'\x10') +
                          b''.join(tlv(tag, b'') for tag in ('f6', 'f7', 'fa', 'fb', 'fc', 'fd', 'fe'))),
            '7e': tlv('7e', tlv('4f', bytes.fromhex('a000000308000010000100')) + tlv('5f2f', b'\x40\0')),
        }
        for slot, (tag, _) in SLOTS.items():
            objects[tag] = tlv('53', tlv('70', self.certificate(slot)) + tlv('71', b'\0') + tlv('fe', b''))
        return objects

    # --- commands ---

    def power_off(self):
        self.verified = False
        self.chain = self.pending = b''

    def answer(self, data):
        """At most 256 bytes; GET RESPONSE brings the rest."""
        self.pending = data[256:]
        if not self.pending:
            return data + OK
        return data[:256] + bytes([0x61, len(self.pending) if len(self.pending) < 256 else 0])

    def command(self, apdu):
        instruction, p1, p2 = apdu[1:4]
        body = b''
        if len(apdu) > 7 and apdu[4] == 0:
            body = apdu[7:7 + int.from_bytes(apdu[5:7], 'big')]
        elif len(apdu) > 5:
            body = apdu[5:5 + apdu[4]]
        self.chain += body
        if apdu[0] & 0x10:
            return OK
        body, self.chain = self.chain, b''
        if instruction == 0xc0:
            return self.answer(self.pending)
        if instruction == 0xa4 and p1 == 4:
            return self.select(body)
        if instruction == 0xcb:
            tag = values(body).get(0x5c, b'').hex()
            return self.answer(self.objects[tag]) if tag in self.objects else NOT_FOUND
        if instruction == 0xfd:
            return b'\x05\x04\x03' + OK
        if instruction == 0x20:
            return self.verify(body)
        if instruction == 0x87:
            return self.use(p1, p2, body)
        return NO_SUCH_INSTRUCTION

    def select(self, name):
        if not name.startswith(AID):
            return NOT_FOUND
        return self.answer(tlv('61', tlv('4f', bytes.fromhex('000010000100')) + tlv('79', tlv('4f', AID))))

    def verify(self, pin):
        if not pin:                                 # a question, not a try
            return OK if self.verified else bytes([0x63, 0xc0 | self.tries])
        if not self.tries:
            return BLOCKED
        self.verified = pin.rstrip(b'\xff') == PIN
        self.tries = TRIES if self.verified else self.tries - 1
        self.log('right PIN' if self.verified else 'wrong PIN')
        if self.verified:
            return OK
        return bytes([0x63, 0xc0 | self.tries]) if self.tries else BLOCKED

    def use(self, algorithm, slot, body):
        if slot not in SLOTS:
            return NO_SUCH_KEY
        if not self.verified:
            return NO_PIN
        if slot == 0x9c:                            # D.39
            self.verified = False
        asked = values(values(body)[0x7c])
        self.log(f'used {slot:02x}')
        if algorithm == 0x07 and 0x81 in asked:
            result = self.openssl('pkeyutl', '-decrypt', '-inkey', self.key(slot), '-pkeyopt', 'rsa_padding_mode:none',
                                  data=asked[0x81])
        elif algorithm == 0x11 and 0x81 in asked:
            result = self.openssl('pkeyutl', '-sign', '-inkey', self.key(slot), data=asked[0x81])
        elif algorithm == 0x11 and 0x85 in asked:
            with open(self.path('peer'), 'wb') as file:
                file.write(SPKI_P256 + asked[0x85])
            result = self.openssl('pkeyutl', '-derive', '-inkey', self.key(slot), '-peerkey', self.path('peer'),
                                  '-peerform', 'DER')
        else:
            return WRONG_DATA
        return self.answer(tlv('7c', tlv('82', result)))


def receive(reader, size):
    data = b''
    while len(data) < size:
        more = reader.recv(size - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def serve(card, reader):
    """Messages of vpcd: two bytes of length; a single byte is about power, 4 asks for the ATR."""
    while True:
        message = receive(reader, int.from_bytes(receive(reader, 2), 'big'))
        if message == b'\x04':
            answer = ATR
        elif len(message) == 1:
            card.power_off()
            continue
        else:
            answer = card.command(message)
        reader.sendall(struct.pack('>H', len(answer)) + answer)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    card = Card(sys.argv[1])
    serve(card, socket.create_connection(('127.0.0.1', int(sys.argv[2]) if len(sys.argv) > 2 else 35963)))


main()
