# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command line.

usage()
{
    cat <<END_USAGE
Usage: ncrypt-wine COMMAND [OPTION...]

Commands:
  install      put the DLLs into the prefix
  uninstall    restore what was there before
  status       show what is installed, and whether it has changed since
  verify       run programs in the prefix, and show which ncrypt.dll they get, by which route, with which GnuTLS, and
               which crypt32.dll
  doctor       look for anything that can keep it from working, and say what to do
  provider     which token (HSM, smart card) answers to the name of a provider:
    add NAME URI   pkcs11:token=LABEL and the like; programs that ask for NAME get the token
    list           all that were added
    remove NAME    the token itself stays as it is
    test NAME      open it, and list its keys
  cards        put the certificates of smart cards into CurrentUser\\MY, so that programs find them and their keys;
               take out those whose card is gone
    watch          go on doing so, until this command is ended
    remove         take out all that it has put there

Options:
  --prefix DIR       the prefix (default: \$WINEPREFIX, else ~/.wine)
  --wine PATH        Wine's loader (default: \$WINE, else wine on PATH)
  --app DIR          install beside the program in DIR instead of into the prefix's system directory
  --arch ARCH        64, 32 or both (default: what the prefix and the build have)
  --copy, --symlink  copy the files (default), or link to them
  --no-certificates  install: without the certificate bridge; takes it out if it is there
  --certificates     install: with it (default), even where it was left out or has failed before
  --from DIR         where the built files are (default: the build directory that this script is in, else
                     $installed; verify and doctor: those of the last installation)
  --create           let Wine create the prefix if it is missing
  --force            uninstall: also remove files that were changed since
  --wait SECONDS     how long to wait for another ncrypt-wine that is changing the same files (default: 400)
  --class CLASS      provider add: pkcs11 (default) or smartcard, the rules that the provider follows
  --dry-run          print what would be done, and do nothing
  --json             status, verify, doctor, provider list, provider test, cards: print JSON
  --quiet            print only errors
  --help, --version

Exit status: 0 done; 1 failed; 2 wrong usage; 3 not installed or not as written (status), ncrypt.dll is not ours
or does not work (verify), a problem was found (doctor), no such provider, or it does not work (provider, cards).
END_USAGE
}

command=
action=
name=
uri=
class=
prefix=${WINEPREFIX:-${HOME:-}/.wine}
wine=${WINE:-}
app=
from=
arch=
mode=copy
certificates=
create=
force=
dry=
json=
quiet=
patience=400

need_value()
{
    [ "$1" -ge 2 ] || misuse "$2 needs a value"
}

# read_word WORD: the command; after `provider` and `cards` what is to be done, then the name and the URI.
read_word()
{
    if [ -z "$command" ]; then
        command=$1
    elif { [ "$command" != provider ] && [ "$command" != cards ]; } || [ -n "$uri" ]; then
        misuse "only one command is allowed, not $command and $1"
    elif [ -z "$action" ]; then
        action=$1
    elif [ -z "$name" ]; then
        name=$1
    else
        uri=$1
    fi
}

# read_options ARGUMENT...: sets the variables above.
read_options()
{
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix) need_value $# "$1"; prefix=$2; shift ;;
            --wine) need_value $# "$1"; wine=$2; shift ;;
            --app) need_value $# "$1"; app=$2; shift ;;
            --arch) need_value $# "$1"; arch=$2; shift ;;
            --from) need_value $# "$1"; from=$2; shift ;;
            --wait) need_value $# "$1"; patience=$2; shift ;;
            --class) need_value $# "$1"; class=$2; shift ;;
            --copy) mode=copy ;;
            --symlink) mode='link' ;;
            --certificates) certificates=yes ;;
            --no-certificates) certificates=no ;;
            --create) create=yes ;;
            --force) force=yes ;;
            --dry-run) dry=yes ;;
            --json) json=yes ;;
            --quiet) quiet=yes ;;
            -h|--help) usage; exit 0 ;;
            --version) echo "ncrypt-wine $version"; exit 0 ;;
            -*) misuse "unknown option $1" ;;
            *) read_word "$1" ;;
        esac
        shift
    done
    case $arch in
        ''|64|32|both) ;;
        *) misuse "--arch must be 64, 32 or both, not $arch" ;;
    esac
    case $patience in
        ''|*[!0-9]*) misuse "--wait needs a number of seconds, not $patience" ;;
    esac
}
