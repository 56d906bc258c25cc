# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Which files go where, for which programs.

# set_root: $root holds the manifest, all its paths are relative to it.
set_root()
{
    if [ -n "$app" ]; then
        [ -d "$app" ] || die "$app is not a directory"
        root=$app
    else
        root=$prefix
    fi
    manifest=$root/$manifest_name
}

# set_root_for_writing: the same, checked and locked, and removes what a killed ncrypt-wine left.
set_root_for_writing()
{
    set_root
    [ -n "$app" ] || check_owner "$root"
    need_safe "$root"
    lock "$root"
    for place in "$root" "$root"/dosdevices/c:/windows/system32 "$root"/dosdevices/c:/windows/syswow64; do
        [ -d "$place" ] || continue
        need_safe "$place"
        [ -n "$dry" ] || rm -rf "$place"/.ncrypt-wine.??????
        [ -n "$dry" ] || [ -L "$place"/ncrypt-wine ] || rm -rf "$place"/ncrypt-wine/.ncrypt-wine.??????
    done
}

# build_directory: the one that this script was built in; fails if the script is installed.
build_directory()
{
    script=$(readlink -f "$0")
    case $script in
        */tools/install/ncrypt-wine) script=${script%/tools/install/ncrypt-wine} ;;
        *) return 1 ;;
    esac
    [ -f "$script/config.status" ] && [ -d "$script/x86_64-windows" ] && printf '%s\n' "$script"
}

# unpacked_directory: the one beside this script in an unpacked archive of `make dist-binary`; fails elsewhere.
unpacked_directory()
{
    script=$(readlink -f "$0")
    [ -f "${script%/*}/inside.txt" ] && [ -d "${script%/*}/lib/x86_64-windows" ] && printf '%s\n' "${script%/*}/lib"
}

# installed_from: the directory of the built files of the last installation here, if it still exists.
installed_from()
{
    [ -f "$work/manifest" ] || return 1
    last=$(sed -n 's/^from //p' "$work/manifest" | head -n 1)
    [ -n "$last" ] && [ -d "$last/x86_64-windows" ] && is_safe "$last" && printf '%s\n' "$last"
}

# choose_from: the default of --from. `install` ignores the last installation.
choose_from()
{
    [ -z "$from" ] || return 0
    [ "$command" = install ] || ! from=$(installed_from) || return 0
    from=$(build_directory) || from=$(unpacked_directory) || from=$installed
}

set_from()
{
    choose_from
    [ -d "$from" ] || die "$from is not there (see --from)"
    from=$(cd "$from" && pwd)
    case $from in
        *"
"*) die "$from: a directory with a line break in its name" ;;
    esac
}

# directory BITS: where its DLLs go, relative to $root; fails if the prefix has no such programs.
directory()
{
    if [ -n "$app" ]; then
        echo .
    elif prefix_is_64; then
        case $1 in
            64) echo dosdevices/c:/windows/system32 ;;
            32) [ -d "$prefix/dosdevices/c:/windows/syswow64" ] && echo dosdevices/c:/windows/syswow64 ;;
        esac
    else
        [ "$1" = 32 ] && echo dosdevices/c:/windows/system32
    fi
}

arch_name()
{
    case $1 in
        64) echo x86_64 ;;
        32) echo i386 ;;
    esac
}

# is_on_dll_path: Wine finds the engine without our help.
is_on_dll_path()
{
    case ":${WINEDLLPATH:-}:" in
        *":$from:"*) ;;
        *) return 1 ;;
    esac
}

# built BITS: whether everything that these programs need is built.
built()
{
    ! printf '%s\n' "$dlls" | grep -v -e ' certificates$' -e ' part$' | while read -r name folder what; do
        [ -f "$from/$(arch_name "$1")-$folder/$name" ] || { [ "$what" = engine ] && is_on_dll_path; } || echo "$name"
    done | grep -q .
}

# prefix_is_current: this Wine was the last to update the prefix, so running a program there changes nothing. Wine
# records the time of its wine.inf, or is told never to update it. The loader is in bin, in lib/wine, or below that.
prefix_is_current()
{
    loader=$(readlink -f "$(command -v "$wine")")
    [ "$(update_stamp)" != disable ] || return 0
    for above in .. ../.. ../../..; do
        data=${loader%/*}/$above/share/wine
        [ "$(stat -L -c %Y "$data/wine.inf" 2> /dev/null)" != "$(update_stamp)" ] || return 0
    done
    return 1
}

# can_run BITS: Debian's wine64, for example, cannot run 32-bit programs.
can_run()
{
    [ "$1" = 32 ] || return 0
    folder=system32
    ! prefix_is_64 || folder=syswow64
    time_limit=60 WINEDEBUG=-all run "C:\\windows\\$folder\\hostname.exe"
}

# can_load BITS: whether Wine loads the engine from a file. One without 32-bit Unix libraries ("new WoW64") runs
# 32-bit programs, but cannot load it for them.
can_load()
{
    [ -f "$from/$(arch_name "$1")-unix/ncryptprov.dll.so" ] || return 1
    mkdir -p "$work/load"
    cp "$from/$(arch_name "$1")-windows/ncrypt-verify.exe" "$from/$(arch_name "$1")-unix/ncryptprov.dll.so" \
        "$work/load"
    time_limit=60 WINEDEBUG=-all in_wine "$work/load/ncrypt-verify.exe" load > /dev/null 2>&1
}

# is_beside_64: we are installed for 32-bit programs in a prefix for both.
is_beside_64()
{
    grep -q '^file [^ ]*/syswow64/' "$work/manifest" 2> /dev/null
}

# is_of_no_use BITS: these programs run but would have no engine. Finding out runs Wine, so it is noted. doctor reports
# what is unknown then or changes later.
is_of_no_use()
{
    [ "$1" = 32 ] && ! is_beside_64 && ! is_on_dll_path || return 1
    if [ -n "$arch" ] || [ "$(noted no_engine_32)" != "under ${recorded_wine:-}" ]; then
        find_wine && prefix_is_current && ! can_load 32 && can_run 32 || return 1
    fi
    : > "$work/no_engine_32"
}

# The reason when is_of_no_use is true.
new_wow64='it has no 32-bit Unix libraries ("new WoW64")'
new_wow64_remedy()
{
    echo "set WINEDLLPATH=$from for install --arch 32, and for Wine whenever it runs"
}

# unmet TEXT: reports an architecture that --arch asked for; the other one is installed all the same.
unmet()
{
    [ -n "$arch" ] || return 0
    warn "$*"
    : > "$work/unmet"
}

# wanted_arches: 64, 32 or both.
wanted_arches()
{
    if [ -n "$app" ] && [ "$arch" = both ]; then
        die "--app: one directory takes one architecture"
    fi
    for bits in 64 32; do
        case ${arch:-auto} in
            auto|both|"$bits") ;;
            *) continue ;;
        esac
        if ! directory "$bits" > /dev/null; then
            unmet "$prefix has no place for $bits-bit programs"
        elif ! built "$bits"; then
            unmet "the files for $bits-bit programs are not in $from"
        elif is_of_no_use "$bits"; then
            unmet "$(wine_version) cannot load the engine for 32-bit programs: $new_wow64; $(new_wow64_remedy)"
        elif [ -z "$app" ] || [ -n "$arch" ] || [ "$bits" = 64 ]; then
            echo "$bits"
        fi
    done
}

# files BITS KIND...: the target and source of each file of these kinds.
files()
{
    where=$(directory "$1")
    prefix_of_folder=$from/$(arch_name "$1")
    shift
    named_by "$@" | while IFS= read -r name; do
        source=$prefix_of_folder-$(printf '%s\n' "$dlls" | sed -n "s/^$name \([^ ]*\) .*/\1/p")/$name
        [ ! -f "$source" ] || printf '%s\n' "$where/$name|$source"
    done
}

# take_program NAME: NAME.exe for the prefix, in $work: beside it in the build lie DLLs that the prefix may not have.
take_program()
{
    set_root
    need_manifest
    set_from
    bits=64
    prefix_is_64 && [ "$arch" != 32 ] || bits=32
    exe=$from/$(arch_name "$bits")-windows/$1.exe
    [ -f "$exe" ] || die "$exe is not there (see --from)"
    cp "$exe" "$work/$1.exe"
}
