import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AppBucket } from './constructs/bucket.ts';

export interface PageProps {
  /** Own address of the page and its certificate (us-east-1); undefined uses CloudFront's address. */
  readonly ownAddress?: { readonly webUrl: string; readonly certificateArn: string } | undefined;
  /** Origins of the issuer. */
  readonly signInOrigins: readonly string[];
}

/** The page for subscribers and operators: files in a bucket, served by CloudFront. */
export class Page extends Construct {
  /** No trailing slash. */
  readonly webUrl: string;

  constructor(scope: Construct, id: string, { ownAddress: own, signInOrigins }: PageProps) {
    super(scope, id);
    const { bucket } = new AppBucket(this, 'Files', { isPublic: true });
    const { region } = Stack.of(this);
    const headers = new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            "default-src 'self'",
            "img-src 'self' blob: data:",
            "style-src 'self' 'unsafe-inline'",
            // The addresses of API and uploads depend on the page's address: publish-page.ts adds them to the page itself.
            `connect-src 'self' https://*.execute-api.${region}.amazonaws.com https://*.s3.${region}.amazonaws.com ${signInOrigins.join(' ')}`,
            "frame-ancestors 'none'",
            "base-uri 'none'",
          ].join('; '),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    });
    const distribution = new Distribution(this, 'Distribution', {
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: headers,
      },
      // The page has its own routing for all paths.
      errorResponses: [403, 404].map((httpStatus) => ({
        httpStatus,
        responseHttpStatus: 200,
        responsePagePath: '/index.html',
        ttl: Duration.seconds(0),
      })),
      ...(own && {
        domainNames: [new URL(own.webUrl).hostname],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', own.certificateArn),
      }),
    });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-CFR1', reason: 'Subscribers may be anywhere.' },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason: 'Static files only; the API has its own throttling.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR3',
        reason: 'Page views are private; the API logs actions.',
      },
      ...(own
        ? []
        : [
            {
              id: 'AwsSolutions::AwsSolutions-CFR4',
              reason: "CloudFront's default certificate; an own address requires TLS 1.2.",
            },
          ]),
    );
    this.webUrl = own?.webUrl ?? `https://${distribution.distributionDomainName}`;
    new CfnOutput(this, 'WebUrl', { value: this.webUrl, description: 'The page for subscribers' });
    new CfnOutput(this, 'DistributionDomain', {
      value: distribution.distributionDomainName,
      description: own ? `Add it to the DNS: ${new URL(own.webUrl).hostname} CNAME this` : 'CloudFront',
    });
    new CfnOutput(this, 'Region', { value: region, description: 'Region of the bucket' });
    new CfnOutput(this, 'PageBucket', { value: bucket.bucketName, description: 'Files of the page' });
  }
}
