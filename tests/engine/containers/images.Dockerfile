# escape=\
# The images of compose.images.yaml, a stage each: what is easily got wrong between a Dockerfile and its image.
ARG TAG=bookworm-slim
ARG SHARED=global
FROM debian:${TAG} AS expanded
ARG SHARED
ARG DEFAULT=arg
ENV DEFAULT=env SHARED=$SHARED NAME=a.b.tar.gz
ENV CUT=${NAME%.gz} LONG=${NAME%%.*} TAIL=${NAME#a.} LAST=${NAME##*.} SWAPPED=${NAME/tar/zip}
ENV ALTERNATIVE=${NAME:+yes} NOT=${NONE_OF_US:+yes} PLAIN=$NAME$DEFAULT
ENV ESCAPED=\$NAME BACKSLASH="a\\b" BOTH="'$NAME'" HARD='"$NAME"'
ENV MULTI="one \
two" AFTER=1
ENV OLD   spaced   value  
WORKDIR /with space
WORKDIR "quoted"
USER "app:app"
EXPOSE 80 443/udp

FROM expanded AS child
ARG DEFAULT=again
ENV SEEN=$DEFAULT
ENV NAME=other CUT=$NAME
USER root
WORKDIR ..

FROM debian:bookworm-slim AS shell
SHELL ["/bin/bash", "-ec"]
ENTRYPOINT run   this

FROM shell AS shell-child
CMD and that # not a remark
ENTRYPOINT ["exec"]

FROM shell-child AS grandchild
ENTRYPOINT ["again"]

FROM debian:bookworm-slim AS both-forms
CMD ["one"]
CMD two \
  && three
HEALTHCHECK --interval=1m \
  --start-interval=2s \
  CMD ["check"]

FROM debian:bookworm-slim AS here
CMD ["a", "b c", "d\"e", "tab\t"]
ENTRYPOINT [ ]
HEALTHCHECK cmd check  me | \
    # a remark
    cat

FROM debian:bookworm-slim AS variable-volume
ENV PLACE=/kept/here
VOLUME $PLACE ${PLACE}/inner/ "/kept/quoted" relative
VOLUME ["/list/$PLACE"]

FROM variable-volume AS volume-child
VOLUME /child

FROM debian:bookworm-slim AS argued
ARG FIRST=1
ARG SECOND=$FIRST-2
ENV FIRST=env-$FIRST
ARG THIRD=$FIRST-3
ENV ALL="$FIRST $SECOND $THIRD"
CMD ["sh", "-c", "echo $ALL"]

FROM argued AS onbuild-health
ONBUILD HEALTHCHECK CMD triggered
ONBUILD ENTRYPOINT ["triggered"]
ONBUILD VOLUME /triggered
ONBUILD USER 77

FROM onbuild-health AS triggered
CMD ["own"]
