# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command provider: which token a provider's name stands for. The registry of the prefix keeps it, where
# ncryptprov.dll reads it: a key for each name, with the values Uri and Class.

provider_root='HKLM\Software\ncrypt for Wine\Providers'
registered_root='HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Providers'
pkcs11_provider='PKCS#11 Key Storage Provider'
card_provider='Microsoft Smart Card Key Storage Provider'

# Names that programs use for keys in files or in a TPM: a token would take these keys away from them.
other_providers='Microsoft Software Key Storage Provider
Microsoft Platform Crypto Provider
Microsoft Passport Key Storage Provider
Microsoft Key Protection Provider
Microsoft Primitive Provider
Microsoft SSL Protocol Provider
Microsoft Base Cryptographic Provider v1.0
Microsoft Enhanced Cryptographic Provider v1.0
Microsoft Strong Cryptographic Provider
Microsoft Enhanced RSA and AES Cryptographic Provider
Microsoft Enhanced RSA and AES Cryptographic Provider (Prototype)
Microsoft RSA Signature Cryptographic Provider
Microsoft RSA SChannel Cryptographic Provider
Microsoft Base DSS Cryptographic Provider
Microsoft Base DSS and Diffie-Hellman Cryptographic Provider
Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider
Microsoft DH SChannel Cryptographic Provider'

# --- names ---

need_provider_name()
{
    [ -n "$name" ] || misuse "provider $action needs the name of a provider"
    case $name in
        ' '*|*' ') misuse "a name with spaces at its ends: '$name'" ;;
        *[!\ -~]*|*\\*|*\"*) misuse "only ASCII without \\ and \" can be a provider's name, not $name" ;;
    esac
    [ "${#name}" -le 255 ] || misuse 'a name of more than 255 characters'
}

same_name()
{
    [ "$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')" = "$(printf '%s' "$2" | tr '[:upper:]' '[:lower:]')" ]
}

# need_free_name: it is not one that means something else.
need_free_name()
{
    ! printf '%s\n' "$other_providers" | grep -q -i -x -F -e "$name" ||
        die "$name is the name of another provider of Windows; a token cannot answer for it"
    ! registry query "$registered_root\\$name\\UM" > /dev/null ||
        die "$name is registered in $prefix with a DLL of its own, which answers first"
}

# --- the URI: RFC 7512 ---

token_attributes=' token manufacturer serial model slot-id slot-manufacturer slot-description library-manufacturer '
token_attributes="$token_attributes library-description library-version "
query_attributes=' module-path module-name pin-source pin-value '

# need_attributes KNOWN SEPARATOR TEXT: NAME=VALUE, each name once.
need_attributes()
{
    seen=' '
    rest=$3$2
    while [ -n "$rest" ]; do
        attribute=${rest%%"$2"*}
        rest=${rest#*"$2"}
        key=${attribute%%=*}
        case $attribute in
            ?*=?*) ;;
            *) die "'$attribute' in the URI is not NAME=VALUE" ;;
        esac
        case $key in
            object|id|type) die "$key in the URI means a key; a provider stands for a token" ;;
            *[!a-z-]*) die "unknown attribute in the URI: $key" ;;
        esac
        case $1 in
            *" $key "*) ;;
            *) die "unknown attribute in the URI: $key" ;;
        esac
        case $seen in
            *" $key "*) die "$key is twice in the URI" ;;
        esac
        seen="$seen$key "
    done
}

# attribute NAME: its value in $uri, as it is written there.
attribute()
{
    printf '%s\n' "$uri" | sed 's/[?;&]/\n/g' | sed -n "s/^pkcs11://; s/^$1=//p" | head -n 1
}

# decoded TEXT: with the characters that %41 stands for.
decoded()
{
    printf '%s\n' "$1" | LC_ALL=C awk '
        function digit(c) { return index("0123456789abcdef", tolower(c)) - 1 }
        {
            while (at = index($0, "%"))
            {
                printf "%s%c", substr($0, 1, at - 1), digit(substr($0, at + 1, 1)) * 16 + digit(substr($0, at + 2, 1))
                $0 = substr($0, at + 3)
            }
            print
        }'
}

need_uri()
{
    [ -n "$uri" ] || misuse 'provider add needs a URI: pkcs11:token=LABEL'
    case $uri in
        pkcs11:*) ;;
        *) die "a URI of a token begins with pkcs11:, not $uri" ;;
    esac
    ! printf '%s' "$uri" | LC_ALL=C grep -q -e '%\([^0-9A-Fa-f]\|.[^0-9A-Fa-f]\|.\{0,1\}$\)' ||
        die 'a % in the URI is not followed by two hexadecimal digits'
    ! printf '%s' "$uri" | LC_ALL=C grep -q "[^]A-Za-z0-9._~:[@!\$'()*+,=&/?;%-]" ||
        die 'the URI has characters that must be written as %41 (a space is %20)'
    path=${uri#pkcs11:}
    query=
    case $path in
        *\?*) query=${path#*\?}; path=${path%%\?*} ;;
    esac
    [ -z "$path" ] || need_attributes "$token_attributes" ';' "$path"
    [ -z "$query" ] || need_attributes "$query_attributes" '&' "$query"
    need_module
    look_at_pin
}

need_module()
{
    module=$(decoded "$(attribute module-path)")
    [ -n "$module" ] || return 0
    case $module in
        /*) [ -f "$module" ] || die "module-path: there is no file $module" ;;
        *) die "module-path: not an absolute path: $module" ;;
    esac
}

look_at_pin()
{
    [ -z "$(attribute pin-value)" ] ||
        warn "the PIN itself is in the prefix's registry now; pin-source=file:/PATH keeps it in a file of your own"
    source=$(decoded "$(attribute pin-source)")
    case $source in
        '') ;;
        file:/*|/*) [ -r "${source#file:}" ] || warn "pin-source: ${source#file:} cannot be read now" ;;
        *) die "pin-source: only a file is supported (file:/PATH), not $source" ;;
    esac
    [ -z "$(attribute pin-value)$source" ] || [ -n "$(attribute token)$(attribute serial)" ] ||
        die 'the URI has a PIN and names no token by token or serial: it would be tried on whichever card is there'
}

# without_pin TEXT: for the eyes of others.
without_pin()
{
    printf '%s\n' "$1" | sed 's/\(pin-value=\)[^&]*/\1.../'
}

# --- the registry ---

# registry_value KEY NAME
registry_value()
{
    registry query "$1" /v "$2" | sed -n "s/^ *$2  *REG_SZ  *//p" | head -n 1
}

set_value()
{
    registry add "$provider_root\\$name" /v "$1" /t REG_SZ /d "$2" /f > /dev/null ||
        die "Wine could not write the registry of $prefix"
}

# providers: the names that were added.
providers()
{
    registry query "$provider_root" | sed -n 's/^HKEY.*\\Providers\\\(..*\)$/\1/p'
}

# spelled_as_before: a name that differs in case only is the same key.
spelled_as_before()
{
    before=$(providers | grep -i -x -F -e "$name" | head -n 1) || return 1
    [ -n "$before" ] || return 1
    name=$before
}

# --- the commands ---

provider_add()
{
    need_uri
    need_free_name
    ! same_name "$name" "$pkcs11_provider" || name=$pkcs11_provider
    ! same_name "$name" "$card_provider" || { name=$card_provider; class=smartcard; }
    [ "$name" != "$pkcs11_provider" ] || [ "$class" != smartcard ] || die "$name has the class pkcs11"
    if [ -n "$dry" ]; then
        say "would set $name to $(without_pin "$uri")"
        return 0
    fi
    spelled_as_before || :
    set_value Class "${class:-pkcs11}"
    set_value Uri "$uri"
    say "$name: $(without_pin "$uri")"
}

provider_remove()
{
    spelled_as_before || { warn "$name was not added in $prefix"; exit 3; }
    if [ -n "$dry" ]; then
        say "would remove $name"
        return 0
    fi
    registry delete "$provider_root\\$name" /f > /dev/null || die "Wine could not write the registry of $prefix"
    say "removed $name; the token and its keys are as they were"
}

provider_list()
{
    providers > "$work/providers"
    [ -z "$json" ] || printf '['
    comma=
    while IFS= read -r name; do
        uri=$(without_pin "$(registry_value "$provider_root\\$name" Uri)")
        class=$(registry_value "$provider_root\\$name" Class)
        if [ -n "$json" ]; then
            printf '%s{"name":%s,"class":%s,"uri":%s}' "$comma" "$(json_string "$name")" \
                "$(json_string "${class:-pkcs11}")" "$(json_string "$uri")"
            comma=,
        else
            say "$name: $uri$([ "$class" != smartcard ] || echo ' (smart card)')"
        fi
    done < "$work/providers"
    [ -z "$json" ] || printf ']\n'
}

# meaning STATUS: of NCryptOpenStorageProvider or NCryptEnumKeys.
meaning()
{
    case $1 in
        0x00000000) echo works ;;
        0x80090013|0x8009001a) echo 'no provider has this name: see ncrypt-wine provider list' ;;
        0x80090030|0x80090035|0x8010000c|0x8010002e) echo 'the token is not there' ;;
        0x8009001d|0x8009001e|0x8009002a) echo 'the PKCS #11 module, or ncryptprov_pkcs11.so, could not be loaded' ;;
        0x80090022) echo 'the token wants a PIN, and the configured one is missing or wrong (pin-source)' ;;
        0x8010006b) echo 'wrong PIN' ;;
        0x8010006c) echo 'the PIN is locked' ;;
        0x80090029) echo 'not supported: is it the ncrypt.dll of this project?' ;;
        *) echo 'an error' ;;
    esac
}

# Not begun twice, as others are (run): it may have spent a try of the PIN.
provider_test()
{
    take_program ncrypt-provider
    time_limit=120 WINEDEBUG=-all in_wine "$work/ncrypt-provider.exe" "$name" 2> /dev/null | tr -d '\r' \
        > "$work/answer-provider"
    answered=$(answer provider status)
    [ -n "$answered" ] || die 'Wine did not run ncrypt-provider.exe'
    if [ -n "$json" ]; then
        provider_json
    else
        provider_text
    fi
    works || exit 3
}

provider_text()
{
    say "$name: $(meaning "$answered") ($answered)"
    works || return 0
    say "  reader   $(answer provider reader)"
    say "  keys     $(answer provider keys)"
    sed -n 's/^key=/    /p; s/^unique=/      /p' "$work/answer-provider" |
        while IFS= read -r line; do say "  $line"; done
}

works()
{
    [ "$answered" = 0x00000000 ]
}

provider_json()
{
    printf '{"name":%s,"works":%s,"status":%s,"reader":%s,"keys":[' "$(json_string "$name")" \
        "$(truth works)" "$(json_string "$answered")" \
        "$(json_string "$(answer provider reader)")"
    comma=
    sed -n 's/^key=//p' "$work/answer-provider" > "$work/keys"
    while IFS= read -r key; do
        printf '%s{"algorithm":%s,"name":%s}' "$comma" "$(json_string "${key%% *}")" "$(json_string "${key#* }")"
        comma=,
    done < "$work/keys"
    printf ']}\n'
}

do_provider()
{
    case $action in
        add|remove|test) need_provider_name ;;
        list) [ -z "$name" ] || misuse 'provider list takes no name' ;;
        '') misuse 'provider needs one of add, list, remove, test' ;;
        *) misuse "unknown command provider $action" ;;
    esac
    [ "$action" = add ] || [ -z "$uri" ] || misuse "provider $action takes no URI"
    [ -z "$app" ] || misuse 'provider: a provider belongs to a prefix, not to a directory (--app)'
    case $class in
        ''|pkcs11|smartcard) ;;
        *) misuse "--class must be pkcs11 or smartcard, not $class" ;;
    esac
    find_wine || die 'Wine is not on PATH (see --wine)'
    create='' need_prefix
    "provider_$action"
}
