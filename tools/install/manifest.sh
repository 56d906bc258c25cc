# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The manifest: what an earlier ncrypt-wine wrote.

# known_entry: a regular expression for valid `file` lines; any other line is not ours.
known_entry()
{
    if [ -n "$app" ]; then
        where='\.'
    else
        where='dosdevices/c:/windows/system32|dosdevices/c:/windows/syswow64'
    fi
    names=$(printf '%s\n' "$dlls" | sed 's/ .*//; s/\./\\./g' | tr '\n' '|')
    printf '%s' "file (($where)/(${names%|})) (none|\\1\.old[0-9]*|\\2/ncrypt-wine/\\3)"
    printf '%s\n' ' (sha256 [0-9a-f]{64}|link /.*)'
}

# load_manifest: puts a checked copy, if there is one, in $work/manifest. On failure $wrong says why.
load_manifest()
{
    wrong=
    rm -f "$work/manifest"
    exists "$manifest" || return 0
    if [ -L "$manifest" ] || [ ! -f "$manifest" ]; then
        wrong="$manifest is not a regular file"
        return 1
    fi
    cp "$manifest" "$work/manifest.read"
    if [ "$(head -n 1 "$work/manifest.read" | tr -d '\0')" != 'ncrypt-wine 1' ]; then
        wrong="$manifest was not written by this version of ncrypt-wine"
        return 1
    fi
    line=$(LC_ALL=C grep -a '^file' "$work/manifest.read" | LC_ALL=C grep -a -v -x -E "$(known_entry)" | head -n 1)
    if [ -n "$line" ]; then
        wrong="$manifest was not written by ncrypt-wine: $line"
        return 1
    fi
    mv "$work/manifest.read" "$work/manifest"
}

need_manifest()
{
    load_manifest || die "$wrong"
}

is_installed()
{
    [ -f "$work/manifest" ]
}

# entries: the lines of all files.
entries()
{
    ! is_installed || grep -a '^file ' "$work/manifest" || :
}

# entry PATH: its line, if it has one.
entry()
{
    entries | awk -v path="$1" '$2 == path'
}

# take_apart LINE: sets path, previous and what.
take_apart()
{
    what=${1#file }
    path=${what%% *} what=${what#* }
    previous=${what%% *} what=${what#* }
}

entry_state()
{
    printf '%s\n' "$1" | cut -d ' ' -f 4-
}

entry_previous()
{
    printf '%s\n' "$1" | cut -d ' ' -f 3
}

was_updated()
{
    is_installed && [ "$(noted updated)" != "$(update_stamp)" ]
}

# noted NAME: what a line other than those of the files says.
noted()
{
    ! is_installed || sed -n "s/^$1 //p" "$work/manifest" | head -n 1
}

# write_manifest: of the lines in $work/manifest.new.
write_manifest()
{
    mv -f "$work/manifest.new" "$work/manifest"
    put copy "$work/manifest" "$manifest"
}

# record PATH PREVIOUS STATE
record()
{
    {
        printf 'ncrypt-wine 1\nwine %s\nupdated %s\nfrom %s\n' "$recorded_wine" "$(update_stamp)" "$from"
        ! is_installed || grep -a -e '^certificates ' -e '^override ' -e '^no_engine_32 ' "$work/manifest" || :
        entries | awk -v path="$1" '$2 != path'
        printf 'file %s %s %s\n' "$1" "$2" "$3"
    } > "$work/manifest.new" || die "cannot write $work"
    write_manifest
}

# note NAME TEXT...: instead of what is noted under that name. Nothing: it is no longer noted.
note()
{
    name=$1
    shift
    [ "$(noted "$name")" != "$*" ] || return 0
    {
        grep -a -v "^$name " "$work/manifest" &&
            { [ -z "$*" ] || printf '%s %s\n' "$name" "$(printf '%s' "$*" | tr '\001-\037' ' ')"; }
    } > "$work/manifest.new" || die "cannot write $work"
    write_manifest
}

# forget PATH
forget()
{
    awk -v path="$1" '!($1 == "file" && $2 == path)' "$work/manifest" > "$work/manifest.new" ||
        die "cannot write $work"
    write_manifest
}
