#!/usr/bin/env bash
# A SLURM cluster of one node on this machine, on loopback, for trying out what the job scripts beside this file do. No root is needed, and nothing outside of DIR is written.
#
#   cluster/local-slurm.sh start DIR [NODES]   starts munged, slurmctld and NODES slurmd (default 1), which share this machine's cores
#   cluster/local-slurm.sh stop DIR            ends them
#
# Then: export SLURM_CONF=DIR/slurm.conf; sbatch ...
# Debian: apt-get install slurm-wlm munge
set -euo pipefail

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
action=$1 nodes=${3:-1}
mkdir -p "$2"
dir=$(cd "$2" && pwd)

stop() {
  # slurmd would leave its running steps behind: their processes are ended through the controller first.
  if [ -f "$dir/slurmctld.pid" ]; then
    SLURM_CONF=$dir/slurm.conf timeout 10 scancel --user="$(id -un)" 2>/dev/null || true
    SLURM_CONF=$dir/slurm.conf timeout 10 scontrol shutdown 2>/dev/null || true
  fi
  for pid in "$dir"/*.pid; do
    [ -f "$pid" ] || continue
    kill "$(cat "$pid" 2>/dev/null)" 2>/dev/null || true
  done
  for _ in $(seq 50); do
    running=0
    for pid in "$dir"/*.pid; do
      [ -f "$pid" ] && kill -0 "$(cat "$pid" 2>/dev/null)" 2>/dev/null && running=1
    done
    [ $running = 0 ] && break
    sleep 0.1
  done
  rm -f "$dir"/*.pid
}

start() {
  for program in munged slurmctld slurmd sbatch; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || { echo "There is no $program. Debian: apt-get install slurm-wlm munge" >&2; exit 2; }
  done
  export PATH=$PATH:/usr/sbin
  mkdir -p "$dir/state" "$dir/spool"
  # munged insists on folders that nobody else can write to.
  chmod 700 "$dir"
  local cores host port
  cores=$(nproc)
  host=$(hostname -s)
  port=$((20000 + RANDOM % 20000))
  head -c 1024 /dev/urandom > "$dir/munge.key"
  chmod 400 "$dir/munge.key"
  munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munge.pid" --log-file="$dir/munge.log" --seed-file="$dir/munge.seed" --num-threads=1
  {
    echo "ClusterName=local"
    echo "SlurmctldHost=$host(127.0.0.1)"
    echo "SlurmctldPort=$port"
    echo "SlurmUser=$(id -un)"
    echo "SlurmdUser=$(id -un)"
    echo "AuthType=auth/munge"
    echo "AuthInfo=socket=$dir/munge.socket"
    echo "CredType=cred/munge"
    echo "StateSaveLocation=$dir/state"
    echo "SlurmdSpoolDir=$dir/spool/%n"
    echo "SlurmctldPidFile=$dir/slurmctld.pid"
    echo "SlurmdPidFile=$dir/slurmd.%n.pid"
    echo "SlurmctldLogFile=$dir/slurmctld.log"
    echo "SlurmdLogFile=$dir/slurmd.%n.log"
    echo "ProctrackType=proctrack/linuxproc"
    echo "TaskPlugin=task/none"
    echo "JobAcctGatherType=jobacct_gather/none"
    echo "MpiDefault=none"
    echo "SwitchType=switch/none"
    echo "SelectType=select/cons_tres"
    echo "SelectTypeParameters=CR_Core"
    echo "SlurmdParameters=config_overrides"
    echo "ReturnToService=2"
    echo "KillWait=5"
    echo "SchedulerParameters=sched_interval=1,batch_sched_delay=0"
    for node in $(seq "$nodes"); do
      echo "NodeName=node$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + node)) CPUs=$cores State=UNKNOWN"
    done
    echo "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
  } > "$dir/slurm.conf"
  export SLURM_CONF=$dir/slurm.conf
  slurmctld -f "$SLURM_CONF"
  for node in $(seq "$nodes"); do
    slurmd -f "$SLURM_CONF" -N "node$node"
  done
  for _ in $(seq 100); do
    if [ "$(sinfo --noheader --format=%T --Node 2>/dev/null | grep -c -E '^(idle|mixed|allocated)')" -ge "$nodes" ]; then
      echo "export SLURM_CONF=$SLURM_CONF"
      return
    fi
    sleep 0.2
  done
  echo "The cluster did not come up; see the logs in $dir." >&2
  tail -n 5 "$dir"/*.log >&2
  exit 1
}

case $action in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
