# What Docker would do with the Dockerfile: the steps of its build, and its command as its
# user, on a read-only root, without /dev/shm, on a network of its own.  Run as root in
# new mount and pid namespaces; everything that is written goes to memory.
#
# PLACE: an empty directory.  WHEEL, BUILD: what is copied, and the step that installs it.
# LENT: a directory of packages to use, or nothing.  FILES: a directory that is laid over
# the root.  VALKEY: a socket, which is at /run/valkey there.  PYTHON_HOME: where Python is.
# DRIVER and its arguments: what runs in there, as root.
set -eu

mount -t tmpfs place "$PLACE"
cd "$PLACE"
mkdir up work root
mount -t overlay root -o lowerdir=/,upperdir=up,workdir=work root

mkdir -p root/wheels root/proc root/dev root/tmp
cp "$WHEEL" root/wheels/
mount -t proc proc root/proc
mount -t tmpfs dev root/dev
for node in null zero random urandom; do
    : >root/dev/$node
    mount --bind /dev/$node root/dev/$node
done

PATH=$PYTHON_HOME/bin:$PATH chroot root sh -ec "$BUILD" >&2
if [ -n "$LENT" ]; then
    for packages in root/opt/sitoo-bridge/lib/python*/site-packages; do
        echo "$LENT" >"$packages/lent.pth"
    done
fi

# Python lies wherever a developer has it: the user has to get there.
for path in "$PYTHON_HOME" ${LENT:+"$LENT"}; do
    while [ "$path" != / ]; do
        chmod a+x "root$path"
        path=$(dirname "$path")
    done
done

cp -r "$FILES"/. root/
: >root/run/valkey
mount --bind "$VALKEY" root/run/valkey
cp "$DRIVER" root/run/driver.py
mount -o remount,ro root
mount -t tmpfs tmp root/tmp
chmod 1777 root/tmp

exec unshare --net chroot root "$PYTHON_HOME/bin/python3" -P /run/driver.py "$@"
